//! Two plans, and two outcomes → what differs, in words.
//!
//! Takes an old and a new plan, and what each makes of the same data; gives added, removed and changed declarations with old
//! and new words, thresholds tightened or loosened, and whose verdict, score and points change. Knows no template.

mod declarations;
mod effect;
mod items;
mod parameters;
mod populations;
mod rules;
mod threshold;
mod verdict;

pub use effect::{Effect, effect};

use crate::plan::Plan;
use serde::Serialize;

/// Everything that differs between two standards.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    pub schema: &'static str,
    pub old: Side,
    pub new: Side,
    pub totals: Totals,
    pub changes: Vec<Change>,
    /// What the change does to data, where some was given.
    pub effect: Option<Effect>,
}

/// One of the standards.
#[derive(Debug, Clone, Serialize)]
pub struct Side {
    pub id: String,
    pub title: String,
    pub version: String,
    pub digest: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Totals {
    pub added: usize,
    pub removed: usize,
    pub changed: usize,
    pub tightened: usize,
    pub loosened: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Added,
    Removed,
    Changed,
}

/// A declaration that differs.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    pub kind: Kind,
    /// `增加`, `删除`, `修改`
    pub word: &'static str,
    /// What it is, as the language calls it: `要点`, `数据表`.
    pub section: &'static str,
    pub id: String,
    pub title: String,
    pub details: Vec<Detail>,
}

/// One part of a declaration that differs; a part that is new has no old words, and the other way round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    pub what: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub strictness: Option<Strictness>,
    /// `收紧` or `放宽`, `改变` where neither is certain of what decides, or nothing.
    pub verdict: &'static str,
}

/// Whether what passed before may fail now, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    Tightened,
    Loosened,
}

impl Strictness {
    /// The other way round, as for conditions that must not hold.
    fn reversed(self) -> Self {
        match self {
            Self::Tightened => Self::Loosened,
            Self::Loosened => Self::Tightened,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Tightened => "收紧",
            Self::Loosened => "放宽",
        }
    }
}

impl Detail {
    fn new(what: impl Into<String>, old: Option<String>, new: Option<String>) -> Self {
        Self { what: what.into(), old, new, strictness: None, verdict: "" }
    }

    fn strict(mut self, strictness: Option<Strictness>) -> Self {
        self.strictness = strictness;
        self.verdict = strictness.map_or("", Strictness::word);
        self
    }

    /// What decides has changed, and not certainly one way.
    fn unclear(mut self) -> Self {
        self.verdict = "改变";
        self
    }
}

impl Change {
    fn new(kind: Kind, section: &'static str, id: &str, title: &str, details: Vec<Detail>) -> Self {
        let word = match kind {
            Kind::Added => "增加",
            Kind::Removed => "删除",
            Kind::Changed => "修改",
        };
        Self { kind, word, section, id: id.to_owned(), title: title.to_owned(), details }
    }
}

/// A detail where two texts differ; nothing where they are one.
fn differs(what: &str, old: &str, new: &str) -> Option<Detail> {
    let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    (old != new).then(|| Detail::new(what, some(old), some(new)))
}

/// Compares two standards; `effect` is what their change does to data.
pub fn diff(old: &Plan, new: &Plan, effect: Option<Effect>) -> Difference {
    let mut changes = declarations::changes(old, new);
    changes.extend(items::changes(old, new));
    let count = |kind: Kind| changes.iter().filter(|c| c.kind == kind).count();
    let strict = |s: Strictness| changes.iter().flat_map(|c| &c.details).filter(|d| d.strictness == Some(s)).count();
    let totals = Totals {
        added: count(Kind::Added),
        removed: count(Kind::Removed),
        changed: count(Kind::Changed),
        tightened: strict(Strictness::Tightened),
        loosened: strict(Strictness::Loosened),
    };
    Difference { schema: "biaochi.diff/1", old: side(old), new: side(new), totals, changes, effect }
}

fn side(plan: &Plan) -> Side {
    let of = &plan.standard;
    Side { id: of.id.clone(), title: of.title.clone(), version: of.version.clone(), digest: of.digest.clone() }
}

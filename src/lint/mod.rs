//! Items → findings on how a standard is written: what compiles, and is yet likely a slip.
//!
//! Takes the items of a standard and the findings of its compilation; gives findings with their levels, the exempted ones
//! left out, and the mends that are certain. Knows no plan and no data.

mod bounds;
mod exempt;
mod reliefs;
mod steps;
mod texts;
mod unused;

pub use exempt::exempt;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::ast::Item;
use std::collections::BTreeMap;

/// A rule: its code, its name in the manifest.
pub const RULES: &[(Code, &str)] = &[
    (Code::TEXT_NUMBER, "text-number"),
    (Code::TEXT_BOUND, "text-bound"),
    (Code::UNUSED_PARAMETER, "unused-parameter"),
    (Code::UNUSED_DEFINITION, "unused-definition"),
    (Code::UNUSED_POPULATION, "unused-population"),
    (Code::UNUSED_FIELD, "unused-field"),
    (Code::NO_TEXT, "rule-without-text"),
    (Code::DEPARTMENT_VARIANT, "department-variant"),
    (Code::STEPS_OUT_OF_ORDER, "step-order"),
    (Code::FULL_WIDTH, "full-width"),
    (Code::BAD_EXEMPTION, "bad-exemption"),
    (Code::IDLE_EXEMPTION, "idle-exemption"),
    (Code::OPEN_RELIEF, "open-relief"),
];

/// The level of each rule, as the manifest sets it; rules it does not name warn.
#[derive(Debug, Clone, Default)]
pub struct Levels(BTreeMap<&'static str, Option<Severity>>);

impl Levels {
    /// Reads rule names (or codes) and levels; gives what cannot be read as `(key, why)`.
    pub fn read(settings: &BTreeMap<String, String>) -> (Self, Vec<(String, String)>) {
        let mut levels = Self::default();
        let mut wrong = Vec::new();
        for (key, word) in settings {
            let level = match word.as_str() {
                "off" => Some(None),
                "note" => Some(Some(Severity::Note)),
                "warning" => Some(Some(Severity::Warning)),
                "error" => Some(Some(Severity::Error)),
                _ => None,
            };
            let rule = RULES.iter().find(|(code, name)| code.0 == key || name == key);
            match (rule, level) {
                (Some((code, _)), Some(level)) => {
                    levels.0.insert(code.0, level);
                }
                (None, _) => wrong.push((key.clone(), format!("没有“{key}”这条写法规则"))),
                (_, None) => wrong.push((key.clone(), format!("“{key}”不能取“{word}”，只能取 off、note、warning 或 error"))),
            }
        }
        (levels, wrong)
    }

    /// These levels, but for those that a layer above sets itself.
    #[must_use]
    pub fn under(mut self, above: Self) -> Self {
        self.0.extend(above.0);
        self
    }

    /// The level of a finding by its code; nothing where it is off.
    fn of(&self, code: Code) -> Option<Severity> {
        self.0.get(code.0).copied().unwrap_or(Some(Severity::Warning))
    }
}

/// A mend that is certain: the text to stand in place of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    pub code: Code,
    pub span: Span,
    pub text: String,
}

/// The complaint about a setting of the manifest that cannot be read.
pub fn bad_level(sources: &SourceMap, manifest: FileId, key: &str, why: &str) -> Diagnostic {
    let (id, at) = (manifest, sources.get(manifest).and_then(|f| f.text.find(key)).unwrap_or(0));
    let names: Vec<&str> = RULES.iter().map(|(_, name)| *name).collect();
    Diagnostic::error(Code::MANIFEST, Span::new(id, at, at + key.len()), format!("biaochi.toml 的 [lint]：{why}"))
        .help(format!("规则有：{}", names.join("、")))
}

/// What was found, and what can be mended.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    pub diagnostics: Vec<Diagnostic>,
    pub fixes: Vec<Fix>,
}

/// Looks at the items of the files named; `compiled` are the findings of the compilation, which errors are not among.
pub fn lint(items: &[Item], sources: &SourceMap, files: &[FileId], compiled: Vec<Diagnostic>, levels: &Levels) -> Findings {
    let mut found = Findings { diagnostics: compiled, fixes: Vec::new() };
    bounds::check(items, &mut found.diagnostics);
    unused::check(items, &mut found.diagnostics);
    texts::check(items, sources, &mut found);
    steps::check(items, &mut found.diagnostics);
    reliefs::check(items, &mut found.diagnostics);
    let (mut kept, fixes) = exempt::settle(sources, files, std::mem::take(&mut found.diagnostics));
    found.fixes.extend(fixes);
    kept.retain_mut(|finding| {
        let is_rule = RULES.iter().any(|(code, _)| *code == finding.code);
        match (is_rule, levels.of(finding.code)) {
            (true, Some(level)) => finding.severity = level,
            (true, None) => return false,
            (false, _) => {}
        }
        true
    });
    found.fixes.retain(|fix| kept.iter().any(|d| d.code == fix.code));
    kept.sort_by_key(|d| match d.place {
        crate::diagnostic::Place::Spec(span) => (span.file, span.start),
        _ => Default::default(),
    });
    found.diagnostics = kept;
    found
}

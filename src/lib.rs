//! biaochi 标尺: a compiler for indicator standards.
//!
//! | stage | room | input → output |
//! |---|---|---|
//! | places | [`source`] | texts → ids, spans, lines |
//! | findings | [`diagnostic`] | what is wrong → text, JSON, SARIF |
//! | values | [`value`] | exact numbers, units, roots |
//! | reading | [`syntax`] | text → `ast` |
//! | layers | [`layers`] | folder → the texts of a chain of standards; `ast` + `ast` → `ast` |
//! | functions | [`builtins`] | name → function |
//! | plan | [`plan`] | the typed plan, and how it prints |
//! | names | [`resolve`] | `ast` → symbols |
//! | meaning | [`check`] | `ast` + symbols → plan |
//! | slips | [`lint`] | items → findings, exemptions, mends |
//! | data | [`data`] | files + plan → typed columns |
//! | forms | [`form`] | plan (+ data) → the workbook to fill in |
//! | judging | [`eval`] | plan + data → outcome |
//! | cases | [`cases`] | plan with its cases → what fails, what no case decides |
//! | stricter | [`strict`] | two plans → what of a layer is looser than its base, or cannot be shown not to be |
//! | elsewhere | [`sql`] | plan → script for an engine; what it hands back → outcome |
//! | comparing | [`diff`] | two plans, two outcomes → what differs |
//! | auditing | [`audit`] | plan + data → doubtful cells, cells that a verdict hangs on |
//! | reporting | [`report`] | plan + outcome → documents |
//!
//! A room imports only rooms above it; the command line sees only what is public here. Expressions are resolved and typed in one
//! walk that writes the plan's expressions, so the plan's types stand before the rooms that make them.

pub mod source;

pub mod diagnostic;

pub mod value;

pub mod syntax;

pub mod layers;

pub mod builtins;

pub mod plan;

pub mod resolve;

pub mod check;

pub mod lint;

pub mod data;

pub mod form;

pub mod eval;

pub mod cases;

pub mod strict;

pub mod sql;

pub mod diff;

pub mod audit;

pub mod report;

use diagnostic::{Diagnostic, has_errors};
use plan::Plan;
use sha2::{Digest, Sha256};
use source::{FileId, LayerId, SourceMap};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use syntax::ast::Item;

/// How to compile.
#[derive(Debug, Clone, Default)]
pub struct CompileOptions {
    /// The day of dated values, `YYYY-MM-DD`.
    pub date: Option<String>,
}

/// A standard, compiled as far as it could be.
#[derive(Debug)]
pub struct Compiled {
    pub sources: SourceMap,
    /// Present where no finding is an error.
    pub plan: Option<Plan>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles the standard in a folder (or named by its `biaochi.toml`).
pub fn compile(path: &Path, options: &CompileOptions) -> Compiled {
    compiled(path, options, true)
}

/// The same for who only judges by it: its cases, which show the rules and are none, are left unread.
pub fn compile_rules(path: &Path, options: &CompileOptions) -> Compiled {
    compiled(path, options, false)
}

fn compiled(path: &Path, options: &CompileOptions, with_cases: bool) -> Compiled {
    let loaded = layers::load(path);
    let Some(top) = loaded.layers.last() else {
        return Compiled { sources: loaded.sources, plan: None, diagnostics: loaded.diagnostics };
    };
    let (files, identity) = (loaded.files(), named(top.manifest.id.clone(), &loaded, options));
    let read = read(&loaded.sources, &files, loaded.diagnostics, with_cases);
    let passed = passes(&loaded.sources, &files, &loaded.layers, identity, read);
    passed.compiled(loaded.sources, &files).0
}

/// The files of a chain of standards, each read once.
struct Read {
    /// The items of each layer.
    trees: Trees,
    diagnostics: Vec<Diagnostic>,
}

type Trees = BTreeMap<LayerId, Vec<Item>>;

/// Below so many bytes a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 1 << 15;

fn read(sources: &SourceMap, files: &[FileId], diagnostics: Vec<Diagnostic>, with_cases: bool) -> Read {
    let parse = if with_cases { syntax::parse } else { syntax::parse_rules };
    let texts: Vec<_> = files.iter().filter_map(|id| sources.get(*id).map(|f| (*id, f.layer, f.text.as_str()))).collect();
    // The longest first, so that no thread is left with it at the end.
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|at| texts.get(*at).map(|(_, _, text)| Reverse(text.len())));
    let next = AtomicUsize::new(0);
    let serve = || -> Vec<_> {
        let turns = std::iter::from_fn(|| order.get(next.fetch_add(1, Ordering::Relaxed)));
        turns.filter_map(|at| texts.get(*at).map(|(id, layer, text)| (*at, *layer, parse(*id, *layer, text)))).collect()
    };
    let bytes: usize = texts.iter().map(|(_, _, text)| text.len()).sum();
    let mut found = if bytes < WORTH_A_THREAD {
        serve()
    } else {
        let (own, other) = both(serve, serve);
        own.into_iter().chain(other).collect()
    };
    found.sort_by_key(|(at, _, _)| *at);
    let mut read = Read { trees: Trees::new(), diagnostics };
    for (_, layer, (tree, complaints)) in found {
        read.trees.entry(layer).or_default().extend(tree.items);
        read.diagnostics.extend(complaints);
    }
    read
}

/// Does two things side by side, the second on a thread of its own.
fn both<A, B: Send>(own: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        (own(), other.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// What the passes came to.
struct Passed {
    items: Vec<Item>,
    plan: Option<Plan>,
    diagnostics: Vec<Diagnostic>,
    /// Where a layer that is declared to be only stricter is looser; empty without a plan.
    looser: Vec<Diagnostic>,
}

impl Passed {
    /// Leaves out the warnings that the standard exempts.
    fn compiled(self, sources: SourceMap, files: &[FileId]) -> (Compiled, Vec<Item>) {
        let mut diagnostics = lint::exempt(&sources, files, self.diagnostics);
        diagnostics.extend(self.looser);
        let plan = self.plan.filter(|_| !has_errors(&diagnostics));
        (Compiled { sources, plan, diagnostics }, self.items)
    }
}

/// Runs the passes: all errors of a pass, then a stop, since names missed by a broken line would only confuse. Meanwhile every layer that is
/// declared to be only stricter is held against the standard that it stands on.
fn passes(sources: &SourceMap, files: &[FileId], layers: &[layers::Layer], mut identity: check::Identity, read: Read) -> Passed {
    let Read { trees, mut diagnostics } = read;
    // A line that could not be read may be the very thing that a layer changes.
    if has_errors(&diagnostics) {
        return Passed { items: Vec::new(), plan: None, diagnostics, looser: Vec::new() };
    }
    let is_claimed = |at: usize| layers.get(at).is_some_and(|l| l.only_stricter().is_some());
    let mut stages: Vec<Vec<Item>> = Vec::new();
    let (items, found) = layers::chain(trees.into_values(), &mut identity.history, |items| {
        let is_compared = is_claimed(stages.len()) || is_claimed(stages.len() + 1);
        // What cases show is no rule.
        stages.push(if is_compared { items.iter().filter(|i| !i.is_case()).cloned().collect() } else { Vec::new() });
    });
    diagnostics.extend(found);
    if has_errors(&diagnostics) {
        return Passed { items, plan: None, diagnostics, looser: Vec::new() };
    }
    let history = identity.history.clone();
    let meaning = || {
        identity.digest = digest(sources, files);
        let (symbols, mut found) = resolve::resolve(&items);
        let (plan, more) = check::check(&items, &symbols, identity, sources);
        found.extend(more);
        (plan, found)
    };
    let ((plan, found), looser) = if (0..layers.len()).any(is_claimed) {
        both(meaning, || looser(sources, layers, &stages, &history))
    } else {
        (meaning(), Vec::new())
    };
    diagnostics.extend(found);
    let plan = (!has_errors(&diagnostics)).then_some(plan);
    let looser = if plan.is_some() { looser } else { Vec::new() };
    Passed { items, plan, diagnostics, looser }
}

/// Where a layer is looser that is declared not to be; `stages` are the rules as they stand after each layer.
fn looser(sources: &SourceMap, layers: &[layers::Layer], stages: &[Vec<Item>], history: &layers::History) -> Vec<Diagnostic> {
    let above = layers.iter().zip(stages).skip(1);
    let steps = layers.iter().zip(stages).zip(above).zip(1..);
    let claims = steps.filter_map(|(((below, base), (layer, over)), id)| {
        let names = (layer.name(), below.name());
        let places = strict::Places { sources, base, history, layer: LayerId(id), declared: layer.only_stricter()?, names };
        let plan = |items: &[Item], date| plan_on(items, sources, date);
        Some(strict::prove(&places, over, |date| both(|| plan(base, date), || plan(over, date))))
    });
    claims.flatten().collect()
}

/// The plan of items as they are on a day; nothing where they are not fit to be one.
fn plan_on(items: &[Item], sources: &SourceMap, date: Option<syntax::ast::Date>) -> Option<Plan> {
    let (symbols, found) = resolve::resolve(items);
    let (plan, more) = check::check(items, &symbols, check::Identity { date, ..Default::default() }, sources);
    (!has_errors(&found) && !has_errors(&more)).then_some(plan)
}

/// Compiles the standard at a path, and prints all its layers as one standard that compiles to the same plan; no text where a finding is
/// an error.
pub fn flatten(path: &Path, options: &CompileOptions) -> (Compiled, Option<String>) {
    let loaded = layers::load(path);
    let Some(top) = loaded.layers.last() else {
        return (Compiled { sources: loaded.sources, plan: None, diagnostics: loaded.diagnostics }, None);
    };
    let (files, identity) = (loaded.files(), named(top.manifest.id.clone(), &loaded, options));
    let read = read(&loaded.sources, &files, loaded.diagnostics, true);
    let passed = passes(&loaded.sources, &files, &loaded.layers, identity, read);
    let (compiled, items) = passed.compiled(loaded.sources, &files);
    let text = compiled.plan.is_some().then(|| layers::flatten(&items, &files, &compiled.sources));
    (compiled, text)
}

fn named(id: String, loaded: &layers::Loaded, options: &CompileOptions) -> check::Identity {
    let layers = loaded.layers.iter();
    let declared = layers.clone().enumerate().filter(|(_, l)| l.only_stricter().is_some());
    let stricter = declared.filter_map(|(i, _)| u16::try_from(i).ok()).map(LayerId).collect();
    check::Identity { id, layers: layers.map(|l| l.name().to_string()).collect(), stricter, ..identity(options) }
}

/// Compiles texts, each under the name it is shown by, as the files of one standard; tests and the reference's examples do.
pub fn compile_texts(id: &str, files: &[(&str, &str)], options: &CompileOptions) -> Compiled {
    let mut sources = SourceMap::default();
    let ids: Vec<FileId> = files.iter().map(|(name, text)| sources.add(*name, *text, LayerId(0))).collect();
    let read = read(&sources, &ids, Vec::new(), true);
    let passed = passes(&sources, &ids, &[], check::Identity { id: id.into(), ..identity(options) }, read);
    passed.compiled(sources, &ids).0
}

fn identity(options: &CompileOptions) -> check::Identity {
    check::Identity { date: options.date.as_deref().and_then(syntax::ast::Date::parse), ..Default::default() }
}

/// Reads the standard at a path as it is written, for its cases.
pub fn written(path: &Path) -> cases::Written {
    let loaded = layers::load(path);
    let Some(top) = loaded.layers.last() else { return cases::Written::default() };
    let (files, identity) = (loaded.files(), named(top.manifest.id.clone(), &loaded, &CompileOptions::default()));
    cases::Written::new(loaded.sources, &files, identity)
}

/// The same for texts, as `compile_texts` takes them.
pub fn written_texts(id: &str, files: &[(&str, &str)]) -> cases::Written {
    let mut sources = SourceMap::default();
    let ids: Vec<FileId> = files.iter().map(|(name, text)| sources.add(*name, *text, LayerId(0))).collect();
    cases::Written::new(sources, &ids, check::Identity { id: id.into(), ..check::Identity::default() })
}

/// A standard whose writing was looked at.
#[derive(Debug)]
pub struct Linted {
    pub sources: SourceMap,
    /// The findings of the compilation, and where none of them is an error also those on how it is written.
    pub diagnostics: Vec<Diagnostic>,
    pub fixes: Vec<lint::Fix>,
}

/// Compiles the standard at a path and looks at how it is written, by the levels of its manifest.
pub fn lint(path: &Path, options: &CompileOptions) -> Linted {
    let loaded = layers::load(path);
    let Some(top) = loaded.layers.last() else {
        return Linted { sources: loaded.sources, diagnostics: loaded.diagnostics, fixes: Vec::new() };
    };
    let (files, identity) = (loaded.files(), named(top.manifest.id.clone(), &loaded, options));
    let mut diagnostics = loaded.diagnostics;
    let mut levels = lint::Levels::default();
    for layer in &loaded.layers {
        let (own, wrong) = lint::Levels::read(&layer.manifest.lint);
        levels = levels.under(own);
        diagnostics.extend(wrong.iter().map(|(key, why)| lint::bad_level(&loaded.sources, layer.file, key, why)));
    }
    let read = read(&loaded.sources, &files, diagnostics, true);
    let passed = passes(&loaded.sources, &files, &loaded.layers, identity, read);
    linted(loaded.sources, &files, passed, &levels)
}

/// The same for texts, as `compile_texts` takes them.
pub fn lint_texts(id: &str, files: &[(&str, &str)], options: &CompileOptions, levels: &lint::Levels) -> Linted {
    let mut sources = SourceMap::default();
    let ids: Vec<FileId> = files.iter().map(|(name, text)| sources.add(*name, *text, LayerId(0))).collect();
    let read = read(&sources, &ids, Vec::new(), true);
    let passed = passes(&sources, &ids, &[], check::Identity { id: id.into(), ..identity(options) }, read);
    linted(sources, &ids, passed, levels)
}

fn linted(sources: SourceMap, files: &[FileId], passed: Passed, levels: &lint::Levels) -> Linted {
    if has_errors(&passed.diagnostics) {
        return Linted { sources, diagnostics: passed.diagnostics, fixes: Vec::new() };
    }
    let lint::Findings { mut diagnostics, fixes } = lint::lint(&passed.items, &sources, files, passed.diagnostics, levels);
    if !has_errors(&diagnostics) {
        diagnostics.extend(passed.looser);
    }
    Linted { sources, diagnostics, fixes }
}

/// `sha256:…` over the files of the whole chain, innermost first.
fn digest(sources: &SourceMap, files: &[FileId]) -> String {
    let mut digest = Sha256::new();
    for file in files.iter().filter_map(|id| sources.get(*id)) {
        digest.update(file.text.as_bytes());
        digest.update([0]);
    }
    digest.finalize().iter().fold(String::from("sha256:"), |hex, byte| hex + &format!("{byte:02x}"))
}

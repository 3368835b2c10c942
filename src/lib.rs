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
use std::collections::BTreeMap;
use std::path::Path;

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
    proven(loaded.sources, &files, &loaded.layers, identity, read).0
}

/// The files of a chain of standards, each read once.
struct Read {
    /// The items of each layer.
    trees: Trees,
    diagnostics: Vec<Diagnostic>,
}

type Trees = BTreeMap<LayerId, Vec<syntax::ast::Item>>;

/// Below so many bytes a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 1 << 15;

fn read(sources: &SourceMap, files: &[FileId], diagnostics: Vec<Diagnostic>, with_cases: bool) -> Read {
    let parse = if with_cases { syntax::parse } else { syntax::parse_rules };
    let texts: Vec<_> = files.iter().filter_map(|id| sources.get(*id).map(|f| (*id, f.layer, f.text.as_str()))).collect();
    let parsed = |texts: &[(FileId, LayerId, &str)]| -> Vec<_> {
        texts.iter().map(|(id, layer, text)| (*layer, parse(*id, *layer, text))).collect()
    };
    let bytes: usize = texts.iter().map(|(_, _, text)| text.len()).sum();
    let mut half = 0;
    let middle = texts
        .iter()
        .take_while(|(_, _, text)| {
            half += text.len();
            half <= bytes / 2
        })
        .count();
    let (left, right) = texts.split_at_checked(middle).unwrap_or((&texts, &[]));
    let found = if bytes < WORTH_A_THREAD || left.is_empty() {
        parsed(&texts)
    } else {
        std::thread::scope(|scope| {
            let other = scope.spawn(|| parsed(left));
            let right = parsed(right);
            let mut found = other.join().unwrap_or_else(|_| parsed(left));
            found.extend(right);
            found
        })
    };
    let mut read = Read { trees: Trees::new(), diagnostics };
    for (layer, (tree, complaints)) in found {
        read.trees.entry(layer).or_default().extend(tree.items);
        read.diagnostics.extend(complaints);
    }
    read
}

impl Read {
    /// What is needed to hold the layers against one another: their items without the cases, which show the rules and are none.
    /// Nothing where no layer is declared to be stricter.
    fn apart(&self, layers: &[layers::Layer]) -> Trees {
        if layers.iter().all(|l| l.only_stricter().is_none()) {
            return Trees::new();
        }
        self.trees.iter().map(|(layer, items)| (*layer, items.iter().filter(|i| !i.is_case()).cloned().collect())).collect()
    }
}

/// Runs the passes, and meanwhile holds every layer that is declared to be only stricter against the standard that it stands on.
fn proven(
    sources: SourceMap,
    files: &[FileId],
    layers: &[layers::Layer],
    identity: check::Identity,
    read: Read,
) -> (Compiled, Vec<syntax::ast::Item>) {
    let apart = read.apart(layers);
    if apart.is_empty() || has_errors(&read.diagnostics) {
        return exempted(sources, files, identity, read);
    }
    let ((plan, mut diagnostics, items), looser) = std::thread::scope(|scope| {
        let again = &apart;
        let proof = scope.spawn(|| looser(&sources, layers, again.clone()));
        let passed = passes(&sources, files, identity, read);
        // A proof that comes to nothing is no proof: it is tried again where its failure is seen.
        (passed, proof.join().unwrap_or_else(|_| looser(&sources, layers, again.clone())))
    });
    diagnostics = lint::exempt(&sources, files, diagnostics);
    if plan.is_some() {
        diagnostics.extend(looser);
    }
    let plan = plan.filter(|_| !has_errors(&diagnostics));
    (Compiled { sources, plan, diagnostics }, items)
}

fn looser(sources: &SourceMap, layers: &[layers::Layer], mut trees: Trees) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut history = layers::History::default();
    let (mut items, _) = layers::first(trees.remove(&LayerId(0)).unwrap_or_default(), &mut history);
    for (index, (layer, below)) in layers.iter().skip(1).zip(layers).enumerate() {
        let id = LayerId(u16::try_from(index + 1).unwrap_or(u16::MAX));
        let declared = layer.only_stricter();
        let base = if declared.is_some() { items.clone() } else { Vec::new() };
        (items, _) = layers::merge(items, trees.remove(&id).unwrap_or_default(), &mut history);
        let Some(declared) = declared else { continue };
        let names = (layer.name(), below.name());
        let places = strict::Places { sources, base: &base, history: &history, layer: id, declared, names };
        found.extend(strict::prove(&places, &items, |items, date| plan_on(items, sources, date)));
    }
    found
}

/// The plan of items as they are on a day; nothing where they are not fit to be one.
fn plan_on(items: &[syntax::ast::Item], sources: &SourceMap, date: Option<syntax::ast::Date>) -> Option<Plan> {
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
    let (compiled, items) = proven(loaded.sources, &files, &loaded.layers, identity, read);
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
    exempted(sources, &ids, check::Identity { id: id.into(), ..identity(options) }, read).0
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
    let apart = read.apart(&loaded.layers);
    let mut linted = lint_passes(loaded.sources, &files, identity, read, &levels);
    if !has_errors(&linted.diagnostics) {
        linted.diagnostics.extend(looser(&linted.sources, &loaded.layers, apart));
    }
    linted
}

/// The same for texts, as `compile_texts` takes them.
pub fn lint_texts(id: &str, files: &[(&str, &str)], options: &CompileOptions, levels: &lint::Levels) -> Linted {
    let mut sources = SourceMap::default();
    let ids: Vec<FileId> = files.iter().map(|(name, text)| sources.add(*name, *text, LayerId(0))).collect();
    let read = read(&sources, &ids, Vec::new(), true);
    lint_passes(sources, &ids, check::Identity { id: id.into(), ..identity(options) }, read, levels)
}

fn lint_passes(sources: SourceMap, files: &[FileId], identity: check::Identity, read: Read, levels: &lint::Levels) -> Linted {
    let (_, diagnostics, items) = passes(&sources, files, identity, read);
    if has_errors(&diagnostics) {
        return Linted { sources, diagnostics, fixes: Vec::new() };
    }
    let lint::Findings { diagnostics, fixes } = lint::lint(&items, &sources, files, diagnostics, levels);
    Linted { sources, diagnostics, fixes }
}

/// Runs the passes, and leaves out the warnings that the standard exempts.
fn exempted(sources: SourceMap, files: &[FileId], identity: check::Identity, read: Read) -> (Compiled, Vec<syntax::ast::Item>) {
    let (plan, diagnostics, items) = passes(&sources, files, identity, read);
    let diagnostics = lint::exempt(&sources, files, diagnostics);
    (Compiled { sources, plan, diagnostics }, items)
}

/// Runs the passes: all errors of a pass, then a stop, since names missed by a broken line would only confuse.
fn passes(
    sources: &SourceMap,
    files: &[FileId],
    mut identity: check::Identity,
    Read { trees, mut diagnostics }: Read,
) -> (Option<Plan>, Vec<Diagnostic>, Vec<syntax::ast::Item>) {
    identity.digest = digest(sources, files);
    // A line that could not be read may be the very thing that a layer changes.
    if has_errors(&diagnostics) {
        return (None, diagnostics, Vec::new());
    }
    let (items, found) = layers::chain(trees.into_values(), &mut identity.history);
    diagnostics.extend(found);
    if has_errors(&diagnostics) {
        return (None, diagnostics, items);
    }
    let (symbols, found) = resolve::resolve(&items);
    diagnostics.extend(found);
    let (plan, found) = check::check(&items, &symbols, identity, sources);
    diagnostics.extend(found);
    let plan = (!has_errors(&diagnostics)).then_some(plan);
    (plan, diagnostics, items)
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

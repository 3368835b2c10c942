//! `lint`: how a standard is written, and the mends that are certain.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use biaochi::diagnostic::{Diagnostic, Severity, has_errors};
use biaochi::lint::{Fix, RULES};
use biaochi::source::{FileId, SourceMap};
use biaochi::{CompileOptions, Linted};

use super::args::{CheckFormat, Lint};
use super::check::print_machine;
use super::line_diff::line_diff;
use super::{Exit, Failure, Screen, output};

/// Looks at each standard; with `--fix` mends it first.
pub fn run(args: &Lint, screen: &Screen) -> Result<Exit, Failure> {
    let mut looked: Vec<(SourceMap, Vec<Diagnostic>)> = Vec::new();
    for spec in &args.specs {
        let mut linted = biaochi::lint(spec, &CompileOptions::default());
        if args.fix {
            let changed = mended(&linted, spec);
            for (path, (old, new)) in &changed {
                if args.dry_run {
                    output::print(&format!("{} 要改：\n{}", path.display(), line_diff(old, new)))?;
                } else {
                    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                    output::write_all(folder, &[(name, new.clone())])?;
                    output::print(&format!("已改 {}", path.display()))?;
                }
            }
            if !args.dry_run && !changed.is_empty() {
                linted = biaochi::lint(spec, &CompileOptions::default());
            }
        }
        if args.format == CheckFormat::Human {
            screen.show(&linted.diagnostics, &linted.sources);
            if linted.diagnostics.is_empty() {
                output::print(&format!("{}：写法没有问题", spec.display()))?;
            }
        }
        looked.push((linted.sources, linted.diagnostics));
    }
    print_machine(args.format, &looked)?;
    let is_rule = |d: &Diagnostic| RULES.iter().any(|(code, _)| *code == d.code);
    // A standard that does not compile could not be looked at.
    if looked.iter().any(|(_, d)| d.iter().any(|d| d.severity == Severity::Error && !is_rule(d))) {
        return Err(Failure::new(SourceMap::default(), Vec::new()));
    }
    let counts = |d: &[Diagnostic]| has_errors(d) || d.iter().any(|d| d.severity == Severity::Warning);
    Ok(if looked.iter().any(|(_, d)| counts(d)) { Exit::No } else { Exit::Done })
}

/// The files of the standard's own folder that fixes change: their texts before and after.
fn mended(linted: &Linted, spec: &Path) -> BTreeMap<PathBuf, (String, String)> {
    let folder = if spec.is_dir() { spec.to_path_buf() } else { spec.parent().map(Path::to_path_buf).unwrap_or_default() };
    let mut fixes: BTreeMap<FileId, Vec<&Fix>> = BTreeMap::new();
    for fix in &linted.fixes {
        fixes.entry(fix.span.file).or_default().push(fix);
    }
    let mut changed = BTreeMap::new();
    for (id, mut fixes) in fixes {
        let Some(file) = linted.sources.get(id).filter(|f| Path::new(&f.name).starts_with(&folder)) else { continue };
        // From the end, so that the places before stay right.
        fixes.sort_by_key(|f| std::cmp::Reverse(f.span.start));
        let mut text = file.text.clone();
        for fix in fixes {
            text.replace_range(fix.span.range(), &fix.text);
        }
        changed.insert(PathBuf::from(&file.name), (file.text.clone(), text));
    }
    changed
}

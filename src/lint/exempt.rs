//! `# 豁免 W0501：理由`: a comment that lets one finding stand, by a reason that it has to give.

use super::{Fix, RULES};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::{Comment, comments};

/// The word that such a comment begins with.
const EXEMPT: &str = "豁免";

struct Exemption {
    comment: Comment,
    codes: Vec<Code>,
}

/// Leaves out the findings that a comment exempts.
pub fn exempt(sources: &SourceMap, files: &[FileId], found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if found.is_empty() {
        return found;
    }
    let (exemptions, _) = read(sources, files);
    found.into_iter().filter(|d| !exemptions.iter().any(|e| covers(e, d))).collect()
}

/// The same, with complaints about exemptions that are ill written or exempt nothing, and the mend of the latter.
pub(super) fn settle(sources: &SourceMap, files: &[FileId], found: Vec<Diagnostic>) -> (Vec<Diagnostic>, Vec<Fix>) {
    let (exemptions, mut complaints) = read(sources, files);
    let mut fixes = Vec::new();
    for exemption in &exemptions {
        if found.iter().any(|d| covers(exemption, d)) {
            continue;
        }
        let span = exemption.comment.span;
        let message = "这条豁免没有豁免到任何发现";
        complaints.push(
            Diagnostic::warning(Code::IDLE_EXEMPTION, span, message)
                .help("请删去；它只对同一行或紧接着的下一条有效（lint --fix 可以代删）"),
        );
        fixes.push(Fix { code: Code::IDLE_EXEMPTION, span: whole_row(sources, span), text: String::new() });
    }
    let kept = found.into_iter().filter(|d| !exemptions.iter().any(|e| covers(e, d))).chain(complaints).collect();
    (kept, fixes)
}

fn covers(exemption: &Exemption, finding: &Diagnostic) -> bool {
    let Some(beside) = exemption.comment.beside else { return false };
    let Place::Spec(primary) = &finding.place else { return false };
    let touches = |span: &Span| span.file == beside.file && span.start < beside.end && beside.start < span.end.max(span.start + 1);
    exemption.codes.contains(&finding.code) && std::iter::once(primary).chain(finding.labels.iter().map(|l| &l.span)).any(touches)
}

fn read(sources: &SourceMap, files: &[FileId]) -> (Vec<Exemption>, Vec<Diagnostic>) {
    let mut exemptions = Vec::new();
    let mut complaints = Vec::new();
    let texts = files.iter().filter_map(|id| Some((*id, sources.get(*id)?))).filter(|(_, file)| file.text.contains(EXEMPT));
    for (id, file) in texts {
        for comment in comments(id, &file.text) {
            let Some(said) = comment.text.strip_prefix(EXEMPT) else { continue };
            match parts(said) {
                Ok(codes) => exemptions.push(Exemption { comment, codes }),
                Err(why) => {
                    let complaint = Diagnostic::warning(Code::BAD_EXEMPTION, comment.span, why);
                    complaints.push(complaint.help("写作“# 豁免 W0501：理由”；几条规则用顿号隔开，理由不能省"));
                }
            }
        }
    }
    (exemptions, complaints)
}

fn parts(said: &str) -> Result<Vec<Code>, String> {
    let (list, reason) = said.split_once(['：', ':']).unwrap_or((said, ""));
    let words = list.split(['、', '，', ',', ' ']).filter(|w| !w.is_empty());
    let codes: Result<Vec<Code>, String> = words
        .map(|w| {
            RULES.iter().find(|(code, name)| code.0 == w || *name == w).map(|(c, _)| *c).ok_or_else(|| format!("没有“{w}”这条写法规则"))
        })
        .collect();
    let codes = codes?;
    if codes.is_empty() {
        return Err("豁免没有说是哪条规则".to_owned());
    }
    // A word that only announces the reason is none.
    let reason = reason.trim().trim_start_matches("理由").trim_start_matches(['：', ':', ' ']);
    if reason.is_empty() { Err("豁免没有写理由".to_owned()) } else { Ok(codes) }
}

/// The comment, with its whole row where nothing else stands on it.
fn whole_row(sources: &SourceMap, span: Span) -> Span {
    let Some(file) = sources.get(span.file) else { return span };
    let range = span.range();
    let before = file.text.get(..range.start).unwrap_or("");
    let row = before.rfind('\n').map_or(0, |at| at + 1);
    let lead = before.get(row..).unwrap_or("");
    if lead.trim().is_empty() {
        let rest = file.text.get(range.end..).unwrap_or("");
        let end = rest.find('\n').map_or(file.text.len(), |at| range.end + at + 1);
        Span::new(span.file, row, end)
    } else {
        Span::new(span.file, row + lead.trim_end().len(), range.end)
    }
}

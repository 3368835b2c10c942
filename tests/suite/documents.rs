//! Golden documents: of the small counties of `tests/reports` and of the shipped national standard's example.

use crate::golden;
use biaochi::data::load;
use biaochi::eval::{Outcome, RunOptions, run};
use biaochi::plan::Plan;
use biaochi::report::{Document, DocumentFormat, File, Options, Request, Since, documents};
use biaochi::{CompileOptions, compile, compile_texts};
use std::path::Path;

const ROOT: &str = "tests/reports";
const FORMATS: [DocumentFormat; 4] = [DocumentFormat::Markdown, DocumentFormat::Html, DocumentFormat::Docx, DocumentFormat::Xlsx];

fn judged(plan: &Plan, data: &Path) -> Outcome {
    let (dataset, _) = load(plan, &[data.to_path_buf()]);
    run(plan, &dataset, &RunOptions { round: plan.rounds.first().cloned(), working: true, ..RunOptions::default() })
}

pub fn small(case: &str) -> (Plan, Outcome) {
    let text = std::fs::read_to_string(format!("{ROOT}/standard.biao")).unwrap();
    let plan = compile_texts("样本", &[("standard.biao", &text)], &CompileOptions::default()).plan.unwrap();
    let outcome = judged(&plan, &Path::new(ROOT).join(case).join("data"));
    (plan, outcome)
}

fn shipped(standard: &str) -> (Plan, Outcome) {
    let folder = Path::new("specs").join(standard);
    let plan = compile(&folder, &CompileOptions::default()).plan.unwrap();
    let outcome = judged(&plan, &folder.join("示例数据"));
    (plan, outcome)
}

/// Every document, under the stem of its template.
pub fn write(plan: &Plan, outcome: &Outcome, since: Option<&Since>) -> Vec<(Document, File)> {
    let each = Document::ALL.into_iter().flat_map(|document| {
        let names = [document.key().to_string()];
        let request = Request { names: &names, formats: &FORMATS, since };
        let files = documents(plan, outcome, &request, &Options::default()).unwrap_or_else(|found| panic!("{found:?}"));
        files.into_iter().map(move |file| (document, file))
    });
    each.collect()
}

/// Every document of the outcome as a Word file.
pub fn word(plan: &Plan, outcome: &Outcome) -> Vec<Vec<u8>> {
    write(plan, outcome, None).into_iter().filter(|(_, (name, _))| name.ends_with(".docx")).map(|(_, (_, bytes))| bytes).collect()
}

/// The text of a file, without the style that all pages share and its hash.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let (Some((before, _)), Some((_, after))) = (text.split_once("<style>"), text.split_once("</style>")) else { return text };
    let policy = before.split('\'').find(|part| part.starts_with("sha256-")).unwrap().to_string();
    format!("{}<style></style>{after}", before.replace(&policy, "sha256-…"))
}

#[test]
fn documents_read_as_agreed_and_come_out_the_same_twice() {
    for case in ["good", "failing", "missing", "hostile"] {
        let (plan, outcome) = small(case);
        let files = write(&plan, &outcome, None);
        assert_eq!(files, write(&plan, &outcome, None), "{case}: the same inputs give the same bytes");
        for (document, (name, bytes)) in files {
            let ext = name.rsplit('.').next().unwrap();
            if ["md", "html"].contains(&ext) {
                golden::compare(&Path::new(ROOT).join(case).join(format!("{}.{ext}", document.key())), &text(&bytes));
            }
        }
    }
}

#[test]
fn the_documents_of_the_national_standard_read_as_agreed() {
    let (plan, outcome) = shipped("national-2017");
    for (document, (name, bytes)) in write(&plan, &outcome, None) {
        // One county that fails in many ways, and all of them together.
        let shown = name.starts_with("990202") || document == Document::Ranking;
        if shown && name.ends_with(".md") {
            golden::compare(&Path::new(ROOT).join("national").join(format!("{}.md", document.key())), &text(&bytes));
        }
    }
}

#[test]
fn an_earlier_outcome_tells_what_is_closed_open_and_new() {
    let (plan, before) = small("failing");
    let since = Since::read("old.json", &serde_json::to_string(&before).unwrap()).unwrap();
    for (case, golden) in [("failing", "since_same"), ("good", "since_better"), ("missing", "since_gaps")] {
        let (plan, mut now) = small(case);
        for (subject, old) in now.subjects.iter_mut().zip(&before.subjects) {
            subject.code.clone_from(&old.code);
        }
        let names = ["rectification".to_string()];
        let request = Request { names: &names, formats: &[DocumentFormat::Markdown], since: Some(&since) };
        let files = documents(&plan, &now, &request, &Options::default()).unwrap();
        golden::compare(&Path::new(ROOT).join(case).join(format!("{golden}.md")), &text(&files[0].1));
    }
    assert_eq!(before.subjects.len(), 1);
    assert!(Since::read("x", "{}").is_err() && Since::read("x", "").is_err());
    let other = serde_json::to_string(&before).unwrap().replace("biaochi.outcome/1", "another/1");
    assert!(Since::read("x", &other).unwrap_err().message.contains("another/1"));
    assert!(!plan.steps.is_empty());
}

#[test]
fn every_document_of_the_shipped_standards_comes_out_the_same_twice() {
    for standard in ["changjiang-2026", "national-2017"] {
        // Compiled, read and judged anew each time.
        let [first, second] = [(); 2].map(|()| {
            let (plan, outcome) = shipped(standard);
            (outcome.subjects.len(), write(&plan, &outcome, None))
        });
        let (subjects, files) = &first;
        assert_eq!(files, &second.1, "{standard}: the same inputs give the same bytes");
        for document in Document::ALL {
            let each = if document == Document::Ranking { 1 } else { *subjects };
            let written = files.iter().filter(|(d, _)| *d == document).count();
            assert_eq!(written, each * FORMATS.len(), "{standard}: {document:?} of {subjects} subjects");
        }
    }
}

//! Templates of the user's: what they may change, and what is said of those that are wrong.

use crate::documents::small;
use crate::golden;
use biaochi::report::{DocumentFormat, File, Format, Options, Request, documents, render, templates};
use std::path::{Path, PathBuf};

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("templates").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (file, text) in files {
        std::fs::write(folder.join(file), text).unwrap();
    }
    folder
}

fn write(name: &str, folder: Option<&Path>) -> Result<Vec<File>, Vec<biaochi::diagnostic::Diagnostic>> {
    let (plan, outcome) = small("failing");
    let names = [name.to_string()];
    let formats = [DocumentFormat::Markdown, DocumentFormat::Html, DocumentFormat::Docx];
    let request = Request { names: &names, formats: &formats, since: None };
    documents(&plan, &outcome, &request, &Options { templates: folder.map(Path::to_path_buf) })
}

fn markdown(files: &[File]) -> String {
    String::from_utf8(files.iter().find(|(name, _)| name.ends_with(".md")).unwrap().1.clone()).unwrap()
}

#[test]
fn a_broken_template_is_told_with_file_line_and_mend() {
    let loops = "题\n{% for a in range(100000) %}{% for b in range(100000) %}{{ b }}{% endfor %}{% endfor %}";
    let cases = [
        ("syntax", "rectification.md", "# 题\n\n{% if page.head %}\n没有写完"),
        ("undefined", "rectification.md", "# {{ page.head.name }}\n\n{{ page.head.nmae }}\n"),
        ("filter", "rectification.md", "# {{ page.head.name|shout }}\n"),
        ("function", "rectification.md", "\n{{ now() }}\n"),
        ("endless", "rectification.md", loops),
        ("recursive", "rectification.md", "{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}\n"),
        ("own_parent", "rectification.md", "{% extends \"rectification.md\" %}\n"),
        ("no_parent", "rectification.md", "{% extends \"builtin/rectify.md\" %}\n"),
        ("huge", "rectification.md", "{{ \"x\" * 100000000000 }}\n"),
        ("block", "rectification.md", "{% extends \"builtin/rectification.md\" %}\n{% block closing %}\n{{ page.heed }}\n{% endblock %}\n"),
        ("page", "document.html", "<p>\n{{ page.sections[0].blocks[0].text }}\n"),
        ("word", "word-styles.xml", "<w:styles>{{ page.nothing }}</w:styles>"),
        ("locale", "locale.json", "{\n  \"verdict\": 1\n}"),
    ];
    let mut told = String::new();
    for (case, file, text) in cases {
        let folder = folder(case, &[(file, text)]);
        // One without end is told too: it is stopped.
        let found = write("rectification", Some(&folder)).unwrap_err();
        let shown = biaochi::diagnostic::human(&found, &biaochi::source::SourceMap::default(), false);
        told += &format!("## {case}\n\n{}\n", shown.replace(folder.to_str().unwrap(), "模板"));
    }
    golden::compare(Path::new("tests/cli/templates.stderr"), &told);
}

#[test]
fn one_block_changes_all_forms_and_nothing_else() {
    let built_in = write("rectification", None).unwrap();
    let own = folder(
        "block",
        &[("rectification.md", "{% extends \"builtin/rectification.md\" %}\n{% block closing %}\n联系人：*〔填写〕*\n{% endblock %}\n")],
    );
    let changed = write("rectification", Some(&own)).unwrap();
    let (before, after) = (markdown(&built_in), markdown(&changed));
    let cut = before.rfind("> 现状值、标准值和差距由").unwrap();
    assert_eq!(after, format!("{}联系人：*〔填写〕*\n", &before[..cut]));
    let html = String::from_utf8(changed.iter().find(|(n, _)| n.ends_with(".html")).unwrap().1.clone()).unwrap();
    assert!(html.contains("联系人：<span class=\"fill\">〔填写〕</span>") && !html.contains("现状值、标准值和差距由"));
    assert_ne!(built_in.iter().find(|(n, _)| n.ends_with(".docx")), changed.iter().find(|(n, _)| n.ends_with(".docx")));
}

#[test]
fn words_and_styles_are_the_users() {
    let own = folder(
        "words",
        &[("locale.json", "{\"rectify_problems\": \"待办\", \"document_rectification\": \"待办单\"}"), ("document.css", "p{color:teal}")],
    );
    let files = write("待办单", Some(&own)).unwrap();
    assert!(files.iter().all(|(name, _)| name.contains("待办单")));
    assert!(markdown(&files).contains("## 一、待办\n") && markdown(&files).starts_with("# 甲县待办单\n"));
    let html = String::from_utf8(files.iter().find(|(n, _)| n.ends_with(".html")).unwrap().1.clone()).unwrap();
    assert!(html.contains("p{color:teal}") && !html.contains("FangSong"));
}

#[test]
fn the_templates_written_out_are_the_built_in_ones() {
    let files: Vec<(&str, &str)> = templates().collect();
    assert!(files.iter().any(|(name, _)| *name == "README.md") && files.len() > 20);
    let own = folder("all", &files);
    assert_eq!(write("assessment", Some(&own)).unwrap(), write("assessment", None).unwrap());
    let (plan, outcome) = small("failing");
    for format in [Format::Html, Format::Markdown] {
        let with = render(&plan, &outcome, format, &Options { templates: Some(own.clone()) }).unwrap();
        assert_eq!(with, render(&plan, &outcome, format, &Options::default()).unwrap());
    }
}

//! Word files in a real word processor: each opens, becomes a PDF in bounded time, and says on paper what it should, with numbered pages of
//! the right size. Needs LibreOffice Writer, so it is run by name: `cargo test --test office`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const REPORTS: &str = "自评报告,责任清单,整改清单,一校一案,佐证材料目录,资格审核,汇总";
/// How long all files of a county may take, in tenths of a second.
const LIMIT: usize = 3000;

fn documents(spec: &str, names: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("office-{spec}"));
    let _ = fs::remove_dir_all(&folder);
    let (spec, data) = (format!("specs/{spec}"), format!("specs/{spec}/示例数据"));
    let out = ["run", &spec, "--data", &data, "--report", names, "--format", "docx", "--date", "2026-06-01", "--out"];
    let done = Command::new(env!("CARGO_BIN_EXE_biaochi")).args(out).arg(&folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    folder
}

fn files(folder: &Path, ext: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == ext)).collect();
    found.sort();
    found
}

/// Converts all at once, and stops what takes too long.
fn convert(folder: &Path) {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let args = [profile.as_str(), "--headless", "--convert-to", "pdf", "--outdir"];
    let mut office = Command::new("soffice")
        .args(args)
        .arg(folder)
        .args(files(folder, "docx"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..LIMIT {
        if office.try_wait().unwrap().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    office.kill().unwrap();
    panic!("LibreOffice took too long");
}

fn tool(name: &str, args: &[&str], file: &Path) -> String {
    let done = Command::new(name).args(args).arg(file).args(if name == "pdftotext" { vec!["-"] } else { vec![] }).output().unwrap();
    String::from_utf8_lossy(&done.stdout).into_owned()
}

#[test]
fn every_document_opens_and_prints() {
    let folder = documents("changjiang-2026", REPORTS);
    convert(&folder);
    let (written, printed) = (files(&folder, "docx"), files(&folder, "pdf"));
    assert_eq!((written.len(), printed.len()), (7, 7), "each becomes a PDF: {printed:?}");
    for file in printed {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = tool("pdftotext", &["-layout"], &file);
        let pages = text.matches('\u{c}').count();
        assert!(pages >= 1, "{name}");
        let sizes = tool("pdfinfo", &["-f", "1", "-l", "999"], &file);
        let sizes: Vec<&str> = sizes.lines().filter(|l| l.starts_with("Page ") && l.contains(" size:")).collect();
        assert_eq!(sizes.len(), pages, "{name}");
        let is_a4 = |l: &&&str| l.contains("595.") && l.contains("841.");
        assert!(sizes.iter().filter(is_a4).count() == pages, "{name}: {sizes:?}");
        let document = name.rsplit('-').next().unwrap();
        let first = text.split('\u{c}').next().unwrap().replace([' ', '\n'], "");
        assert!(first.contains(document), "{name}: the title is on the first page\n{first}");
        for (at, page) in text.split('\u{c}').take(pages).enumerate() {
            let number = format!("—{}—", at + 1);
            assert!(page.replace(' ', "").contains(&number), "{name}: page {} has no number\n{page}", at + 1);
            let letters = page.chars().filter(|c| !c.is_whitespace()).count();
            assert!(letters > 40, "{name}: page {} is all but blank\n{page}", at + 1);
        }
        // A table that goes on over pages repeats its head.
        let heads = text.matches("责任单位").count();
        assert!(document != "整改清单" || heads >= pages, "{name}: {heads} heads on {pages} pages");
    }
}

#[test]
fn every_school_of_two_stages_keeps_to_its_page() {
    let folder = documents("national-2017", "一校一案");
    convert(&folder);
    let printed = files(&folder, "pdf");
    assert_eq!(printed.len(), 3, "{printed:?}");
    for file in printed {
        let text = tool("pdftotext", &["-layout"], &file);
        let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
        let schools = pages.iter().skip(1).filter(|p| p.contains("项：达到")).count();
        assert!(schools > 2 && pages.len() == schools + 1, "{}: {schools} schools on {} pages", file.display(), pages.len());
    }
}

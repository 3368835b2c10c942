//! Results as JUnit XML, which build servers show.

use std::fmt::Write;

use biaochi::cases::Trial;
use biaochi::plan::Case;

/// One standard's cases.
pub fn suite(name: &str, cases: &[Case], trials: &[Trial]) -> String {
    let failed = trials.iter().filter(|t| !t.passed()).count();
    let mut text = format!("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\">\n", escaped(name), trials.len());
    for (case, trial) in cases.iter().zip(trials) {
        let (class, title) = (escaped(&case.file), escaped(&case.title));
        let _ = write!(text, "    <testcase classname=\"{class}\" name=\"{title}\" file=\"{class}\" line=\"{}\"", case.line);
        if trial.passed() {
            text.push_str("/>\n");
            continue;
        }
        text.push_str(">\n");
        for mismatch in &trial.mismatches {
            let wanted = case.expected.get(mismatch.expectation).map_or("", |e| e.text.as_str());
            let message = escaped(&format!("期望 {wanted}，得到 {}", mismatch.got));
            let _ = writeln!(text, "      <failure message=\"{message}\"/>");
        }
        text.push_str("    </testcase>\n");
    }
    text.push_str("  </testsuite>\n");
    text
}

/// The whole document.
pub fn document(suites: &[String]) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n{}</testsuites>", suites.concat())
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

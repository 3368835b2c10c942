//! Compares a text with the file beside the case; `UPDATE=1` rewrites the file.

use std::path::Path;

/// Fails where the text differs from the golden file, at the first line that does.
#[track_caller]
pub fn compare(path: &Path, actual: &str) {
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}; UPDATE=1 writes it", path.display()));
    if let Some(difference) = first_difference(&expected, actual) {
        panic!("{} differs ({difference}); UPDATE=1 rewrites it\n--- actual ---\n{actual}", path.display());
    }
}

fn first_difference(expected: &str, actual: &str) -> Option<String> {
    let (mut left, mut right) = (expected.lines(), actual.lines());
    for number in 1.. {
        match (left.next(), right.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => return Some(format!("line {number}: expected {a:?}, actual {b:?}")),
        }
    }
    (expected != actual).then(|| "line ends".to_owned())
}

#[test]
fn differences_are_found() {
    assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    assert!(first_difference("a\nb\n", "a\nc\n").unwrap().starts_with("line 2"));
    assert!(first_difference("a\n", "a\nb\n").is_some());
    assert_eq!(first_difference("a\n", "a").as_deref(), Some("line ends"));
}

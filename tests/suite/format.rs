//! The printer: what is printed is read back as the same standard, and printing it again changes nothing.

use biaochi::source::{FileId, LayerId};
use biaochi::syntax::{parse, print::print};

fn shipped() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for standard in std::fs::read_dir("specs").unwrap().flatten().filter(|e| e.path().is_dir()) {
        for file in std::fs::read_dir(standard.path()).unwrap().flatten() {
            if file.path().extension().is_some_and(|e| e == "biao") {
                found.push((file.path().display().to_string(), std::fs::read_to_string(file.path()).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn printing_keeps_the_meaning_and_is_idempotent() {
    let files = shipped();
    assert!(files.len() > 10);
    for (name, text) in files {
        let (tree, found) = parse(FileId(0), LayerId(0), &text);
        assert_eq!(found, [], "{name}");
        let once = print(&tree.items);
        let (again, found) = parse(FileId(0), LayerId(0), &once);
        assert_eq!(found, [], "{name}:\n{once}");
        assert_eq!(print(&again.items), once, "{name}");
        assert_eq!(again.items.len(), tree.items.len(), "{name}");
    }
}

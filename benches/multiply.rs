//! Larger data made of the shipped sample, for what is measured and what is looked at.

use std::fs;
use std::path::{Path, PathBuf};

/// The sample county of the first standard.
pub fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/changjiang-2026/示例数据")
}

/// The sample's 20 schools `times` over in one county; what belongs to a school has a key that opens with the county's code.
pub fn county(times: usize) -> PathBuf {
    multiply(&format!("county-{times}"), |row, code| {
        let owned = |c: &str| c.starts_with(code) && c.len() > code.len();
        let copies = if row.split(',').any(owned) { times } else { 1 };
        let copy = |n| row.split(',').map(move |c| if owned(c) { format!("{c}{n}") } else { c.to_owned() });
        (0..copies).map(|n| copy(n).collect::<Vec<_>>().join(",")).collect()
    })
}

/// The sample county `copies` times over, each under a code of its own.
pub fn province(copies: usize) -> PathBuf {
    multiply(&format!("province-{copies}"), |row, code| {
        let renamed = |n: usize| {
            let own = format!("{:06}", 200_000 + n);
            row.split(',').map(|c| c.strip_prefix(code).map_or_else(|| c.to_owned(), |rest| format!("{own}{rest}"))).collect::<Vec<_>>()
        };
        (0..copies).map(|n| renamed(n).join(",")).collect()
    })
}

/// The sample written again with every row made into several, given the county's code.
fn multiply(name: &str, rows: impl Fn(&str, &str) -> Vec<String>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a scratch folder");
    let text = fs::read_to_string(sample().join("区县.csv")).expect("the sample county");
    let code = text.lines().nth(1).and_then(|l| l.split(',').next()).expect("a county's row").to_owned();
    for entry in fs::read_dir(sample()).expect("the sample").flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "csv") {
            let text = fs::read_to_string(&path).expect("a table");
            let (header, body) = text.split_once('\n').unwrap_or((&text, ""));
            let body: Vec<String> = body.lines().flat_map(|row| rows(row, &code)).collect();
            fs::write(folder.join(entry.file_name()), format!("{header}\n{}\n", body.join("\n"))).expect("a table written");
        }
    }
    folder
}

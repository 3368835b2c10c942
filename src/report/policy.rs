//! What a page lets a browser do: its own styles and its own script, by their hashes, and nothing else.

use sha2::{Digest, Sha256};

/// Stands where the policy goes until the page is made; templates say it with `{{ csp }}`.
pub const PLACE: &str = "policy-of-this-page";

/// Puts the policy of a page into it.
pub fn fill(text: String) -> String {
    if !text.contains(PLACE) {
        return text;
    }
    let sources = |tag: &str| {
        let hashes: Vec<String> = blocks(&text, tag).map(|block| format!("'sha256-{}'", base64(&Sha256::digest(block)))).collect();
        if hashes.is_empty() { "'none'".to_string() } else { hashes.join(" ") }
    };
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        sources("style"),
        sources("script")
    );
    text.replacen(PLACE, &policy, 1)
}

/// What stands between `<tag>` and `</tag>`. Cells are escaped, so that only the templates can write such a tag.
fn blocks<'t>(text: &'t str, tag: &str) -> impl Iterator<Item = &'t str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let starts: Vec<usize> = text.match_indices(&open).map(|(at, _)| at + open.len()).collect();
    starts.into_iter().filter_map(move |at| text.get(at..).and_then(|rest| rest.split_once(&close)).map(|(block, _)| block))
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let whole = (0..3).fold(0usize, |sum, i| sum << 8 | usize::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let letter = LETTERS.get(whole >> (18 - 6 * i) & 63).copied().map_or('=', char::from);
            out.push(if i <= chunk.len() { letter } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_letters() {
        for (bytes, wanted) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), wanted);
        }
    }

    #[test]
    fn a_page_allows_what_it_holds() {
        let page = format!("<meta content=\"{PLACE}\"><style>a</style>{PLACE}<p>&lt;style&gt;</p>");
        let filled = fill(page);
        assert!(filled.contains("style-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='; script-src 'none'"), "{filled}");
        assert!(filled.contains(&format!("</style>{PLACE}")), "only the first place is the page's own");
        assert_eq!(fill("<style>b</style>".into()), "<style>b</style>");
    }
}

//! CSV text → pieces that can be read at the same time: each begins where a record begins.

use memchr::{memchr, memchr_iter, memchr2, memrchr2};
use std::ops::Range;

/// Cuts a text that begins with a record into pieces of about `size` bytes, each but the last ending with a line that no quotes enclose.
/// A quote is left open up to the end: the last piece holds all of it.
pub(super) fn cut(bytes: &[u8], separator: u8, size: usize) -> Vec<Range<usize>> {
    let mut quotes = Quotes { bytes, separator, from: 0, next: memchr(b'"', bytes) };
    let (mut pieces, mut start) = (Vec::new(), 0);
    while bytes.len() - start > size {
        let Some(end) = quotes.line_end(start + size) else { break };
        pieces.push(start..end);
        start = end;
    }
    if start < bytes.len() || pieces.is_empty() {
        pieces.push(start..bytes.len());
    }
    pieces
}

/// Up to where a text that begins with a record, and goes on, surely consists of whole records.
pub(super) fn whole(bytes: &[u8], separator: u8) -> usize {
    let mut quotes = Quotes { bytes, separator, from: 0, next: memchr(b'"', bytes) };
    let mut end = 0;
    loop {
        // After a last CR an LF may follow.
        let until = quotes.next.unwrap_or(bytes.len() - usize::from(bytes.ends_with(b"\r")));
        if let Some(found) = bytes.get(quotes.from..until).and_then(|plain| memrchr2(b'\n', b'\r', plain)) {
            end = quotes.from + found + 1;
        }
        if quotes.pass().is_none() {
            return end;
        }
    }
}

/// How many lines end in a text; LF, CRLF and CR all end one.
pub(super) fn lines(bytes: &[u8]) -> u64 {
    let feeds = memchr_iter(b'\n', bytes).count();
    let returns = memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    u64::try_from(feeds + returns).unwrap_or(u64::MAX)
}

/// Walks a text from quote to quote, by the rules that records are read by.
struct Quotes<'a> {
    bytes: &'a [u8],
    separator: u8,
    /// No quotes enclose this place.
    from: usize,
    /// The first quote from there on.
    next: Option<usize>,
}

impl Quotes<'_> {
    /// Behind the first line that ends at `least` or later outside quotes.
    fn line_end(&mut self, least: usize) -> Option<usize> {
        loop {
            let (begin, until) = (self.from.max(least), self.next.unwrap_or(self.bytes.len()));
            if let Some(found) = self.bytes.get(begin..until).and_then(|plain| memchr2(b'\n', b'\r', plain)) {
                let at = begin + found;
                let is_pair = self.bytes.get(at..at + 2) == Some(b"\r\n");
                return Some(at + if is_pair { 2 } else { 1 });
            }
            self.pass()?;
        }
    }

    /// Goes behind the next quote, or what it encloses; `None` where there is none, or it is left open.
    fn pass(&mut self) -> Option<()> {
        let quote = self.next?;
        self.from = if self.opens(quote) { self.closing(quote + 1)? } else { quote + 1 };
        self.next = self.find(self.from);
        Some(())
    }

    fn find(&self, from: usize) -> Option<usize> {
        memchr(b'"', self.bytes.get(from..)?).map(|at| from + at)
    }

    /// Only a quote with which a cell begins opens anything.
    fn opens(&self, quote: usize) -> bool {
        let before = quote.checked_sub(1).and_then(|at| self.bytes.get(at));
        before.is_none_or(|b| *b == self.separator || matches!(b, b'\n' | b'\r'))
    }

    /// Behind the quote that closes; a doubled one does not.
    fn closing(&self, mut from: usize) -> Option<usize> {
        loop {
            let quote = self.find(from)?;
            if self.bytes.get(quote + 1) != Some(&b'"') {
                return Some(quote + 1);
            }
            from = quote + 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_with_lines_that_no_quotes_enclose() {
        let text = "a,b\r\n\"x\n\"\"y\",1\r2,3\"\n4\"\n,\"5\"6\"\n\n7,\"";
        let cut = |text: &str, size: usize| -> Vec<String> {
            cut(text.as_bytes(), b',', size).into_iter().map(|piece| text.get(piece).unwrap().to_owned()).collect()
        };
        assert_eq!(cut(text, 1), ["a,b\r\n", "\"x\n\"\"y\",1\r", "2,3\"\n", "4\"\n", ",\"5\"6\"\n", "\n7,\""]);
        assert_eq!(cut(text, 1000), [text]);
        assert_eq!(cut("", 1), [""]);
        assert_eq!(cut("a\n\"b\nc\n", 1), ["a\n", "\"b\nc\n"]);
    }

    #[test]
    fn what_may_go_on_is_not_whole() {
        let of = |text: &str| text.get(..whole(text.as_bytes(), b',')).unwrap().to_owned();
        assert_eq!(of("a,b\n\"x\ny\"\n1,\"2\n"), "a,b\n\"x\ny\"\n");
        assert_eq!(of("a\nb\r"), "a\n");
        assert_eq!(of("a\r\nb\rc"), "a\r\nb\r");
        assert_eq!(of("a\"\n5\"6"), "a\"\n");
        assert_eq!(of("\"a\n\""), "");
        assert_eq!(of(""), "");
    }

    #[test]
    fn lines_of_every_kind_are_counted() {
        assert_eq!(lines(b"a\r\nb\nc\rd\r\r\n\n"), 6);
    }
}

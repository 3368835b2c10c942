//! How the JSON of an outcome is laid out: indented; of several subjects each stands in one line, so that the outcome of a nation is half as
//! long and can be read subject by subject.

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// Objects and lists over lines of their own, down to a depth.
pub(super) struct Layout {
    /// How many objects and lists are open.
    depth: usize,
    /// Within so many of them the rest stands in one line.
    lines: usize,
    /// Whether what is about to be closed holds anything.
    filled: bool,
}

impl Layout {
    /// For an outcome of so many subjects.
    pub fn of(subjects: usize) -> Self {
        Self { depth: 0, lines: if subjects > 1 { 2 } else { usize::MAX }, filled: false }
    }

    /// For what stands inside an object and a list of it: a subject.
    pub fn inside(self) -> Self {
        Self { depth: 2, ..self }
    }

    pub fn bytes(self, of: &impl Serialize) -> serde_json::Result<Vec<u8>> {
        self.add(of, Vec::new())
    }

    /// The same after the bytes given.
    pub fn add(self, of: &impl Serialize, mut bytes: Vec<u8>) -> serde_json::Result<Vec<u8>> {
        of.serialize(&mut Serializer::with_formatter(Paper(&mut bytes), self))?;
        Ok(bytes)
    }

    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        /// One write for all depths that occur.
        const SPACES: &[u8] = &[b' '; 64];
        writer.write_all(b"\n")?;
        let mut left = self.depth * 2;
        while left > 0 {
            let (now, _) = SPACES.split_at(left.min(SPACES.len()));
            writer.write_all(now)?;
            left -= now.len();
        }
        Ok(())
    }

    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, sign: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(sign)
    }

    fn entry<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= self.lines { self.line(writer) } else { Ok(()) }
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, sign: &[u8]) -> io::Result<()> {
        let lines = self.depth <= self.lines;
        self.depth = self.depth.saturating_sub(1);
        if lines && self.filled {
            self.line(writer)?;
        }
        self.filled = true;
        writer.write_all(sign)
    }
}

/// Bytes that are written to mostly one at a time: quotes, commas and brackets.
struct Paper<'b>(&'b mut Vec<u8>);

impl Write for Paper<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match bytes {
            [one] => self.0.push(*one),
            more => self.0.extend_from_slice(more),
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.depth <= self.lines { b": " } else { b":" })
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn one_subject_is_indented_and_of_several_each_is_a_line() {
        let of = |n: usize| json!({"schema": "s", "inputs": [], "standard": {"id": "x"}, "subjects": vec![json!({"code": "甲", "points": [{"id": "1.1"}, {}]}); n]});
        let text = |value: &Value, n| String::from_utf8(Layout::of(n).bytes(value).unwrap()).unwrap();
        assert_eq!(text(&of(1), 1), serde_json::to_string_pretty(&of(1)).unwrap());
        let line = r#"    {"code":"甲","points":[{"id":"1.1"},{}]}"#;
        let head = "{\n  \"schema\": \"s\",\n  \"inputs\": [],\n  \"standard\": {\n    \"id\": \"x\"\n  },\n  \"subjects\": [\n";
        assert_eq!(text(&of(2), 2), format!("{head}{line},\n{line}\n  ]\n}}"));
        let subject = &of(2)["subjects"][0];
        assert_eq!(Layout::of(2).inside().bytes(subject).unwrap(), line.trim_start().as_bytes());
        let deep = String::from_utf8(Layout::of(1).inside().bytes(subject).unwrap()).unwrap();
        assert_eq!(deep, serde_json::to_string_pretty(subject).unwrap().replace('\n', "\n    "));
    }
}

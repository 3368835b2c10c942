//! Bytes → text: a byte order mark decides, then strict UTF-8, then strict GB18030.

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};
use std::borrow::Cow;

/// A text and the name of the encoding it was written in.
#[derive(Debug)]
pub(super) struct Text<'b> {
    pub text: Cow<'b, str>,
    pub encoding: &'static str,
}

/// Why bytes are no text, and the line of the first that is wrong.
#[derive(Debug)]
pub(super) struct NoText {
    pub line: u64,
    pub message: String,
    pub help: String,
}

const MEND: &str = "在表格软件里另存为“CSV UTF-8（逗号分隔）”，或直接交 .xlsx 工作簿";

/// Reads bytes as text; nothing is ever replaced by a substitute character.
pub(super) fn decode(bytes: &[u8]) -> Result<Text<'_>, NoText> {
    let found = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => marked(bytes, encoding, mark)?,
        None => unmarked(bytes)?,
    };
    match memchr::memchr(0, found.text.as_bytes()) {
        None => Ok(found),
        Some(at) => {
            let line = line_of(found.text.as_bytes().get(..at).unwrap_or_default());
            let message = format!("第 {} 字节是空字符（NUL），这不是文本", at + 1);
            Err(NoText { line, message, help: MEND.into() })
        }
    }
}

fn marked<'b>(bytes: &'b [u8], encoding: &'static Encoding, mark: usize) -> Result<Text<'b>, NoText> {
    let body = bytes.get(mark..).unwrap_or_default();
    match strict(body, encoding) {
        Ok(text) => Ok(Text { text, encoding: encoding.name() }),
        Err((at, line)) => {
            let message = format!("文件开头的标记说它是 {}，第 {line} 行（第 {} 字节）却不是", encoding.name(), at + mark + 1);
            Err(NoText { line, message, help: MEND.into() })
        }
    }
}

fn unmarked(bytes: &[u8]) -> Result<Text<'_>, NoText> {
    let (utf8, utf8_line) = match strict(bytes, UTF_8) {
        Ok(text) => return Ok(Text { text, encoding: UTF_8.name() }),
        Err(place) => place,
    };
    // Chinese text in GB18030 all but never begins with several whole UTF-8 characters: then the file is UTF-8, and damaged.
    let begun = std::str::from_utf8(bytes.get(..utf8).unwrap_or_default()).unwrap_or_default();
    if begun.chars().filter(|c| !c.is_ascii()).count() >= 3 {
        let message = format!("第 {utf8_line} 行（第 {} 字节）不是 UTF-8 文字，它前面的都是：文件损坏或被截断", utf8 + 1);
        return Err(NoText { line: utf8_line, message, help: "重新导出这个文件；不要用不同编码的文件拼接".into() });
    }
    match strict(bytes, GB18030) {
        Ok(text) => Ok(Text { text, encoding: "GB18030" }),
        Err((at, line)) => {
            let message = format!("第 {line} 行（第 {} 字节）既不是 UTF-8 也不是 GB18030（GBK）文字", at + 1);
            Err(NoText { line, message, help: MEND.into() })
        }
    }
}

/// The text, or the first bad byte and its line.
fn strict<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Result<Cow<'b, str>, (usize, u64)> {
    if encoding == UTF_8 {
        return simdutf8::compat::from_utf8(bytes).map(Cow::Borrowed).map_err(|e| {
            let at = e.valid_up_to();
            (at, line_of(bytes.get(..at).unwrap_or_default()))
        });
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(usize::MAX);
    // A hanzi is two bytes there and three here; the bound is a good deal larger than that.
    let mut text = String::with_capacity(room.min(bytes.len() / 2 * 3 + 16));
    let mut read = 0;
    loop {
        let (result, used) = decoder.decode_to_string_without_replacement(bytes.get(read..).unwrap_or_default(), &mut text, true);
        read += used;
        match result {
            DecoderResult::InputEmpty => return Ok(Cow::Owned(text)),
            DecoderResult::OutputFull => text.reserve(text.len() / 2 + 64),
            DecoderResult::Malformed(bad, after) => {
                let at = read.saturating_sub(usize::from(bad) + usize::from(after));
                return Err((at, line_of(text.as_bytes())));
            }
        }
    }
}

/// The 1-based line that follows these bytes.
fn line_of(before: &[u8]) -> u64 {
    let feeds = before.iter().filter(|b| **b == b'\n').count();
    let ends = if feeds > 0 { feeds } else { before.iter().filter(|b| **b == b'\r').count() };
    u64::try_from(ends).unwrap_or(u64::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, &'static str) {
        let found = decode(bytes).unwrap();
        (found.text.into_owned(), found.encoding)
    }

    #[test]
    fn each_encoding_is_found() {
        let text = "总站号,名称\nZ1,䶮𠮷\n";
        let wide = |big: bool| -> Vec<u8> {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(|u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        assert_eq!(read(text.as_bytes()), (text.into(), "UTF-8"));
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), (text.into(), "UTF-8"));
        assert_eq!(read(&wide(false)), (text.into(), "UTF-16LE"));
        assert_eq!(read(&wide(true)), (text.into(), "UTF-16BE"));
        let (bytes, _, lost) = GB18030.encode(text);
        assert!(!lost);
        assert_eq!(read(&bytes), (text.into(), "GB18030"));
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        let cut: Vec<u8> = "总站号\n".bytes().chain(*b"\xd7\xdc").collect();
        let cases: [(&[u8], u64, &str); 5] = [
            (b"a,b\n1,\xff\xff", 2, "第 7 字节"),
            (b"\xef\xbb\xbfa\xff", 1, "第 5 字节"),
            (b"\xff\xfea\0\0\xd8", 1, "第 5 字节"),
            (&cut, 2, "第 11 字节"),
            (b"a\n\0", 2, "第 3 字节"),
        ];
        for (bytes, line, at) in cases {
            let found = decode(bytes).unwrap_err();
            assert!(found.line == line && found.message.contains(at), "{found:?}");
        }
    }
}

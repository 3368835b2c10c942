//! Texts are read several at the same time, few bytes of each in memory, before it is their turn to be taken.

use super::{ReadInput, Session, Source, at, hexadecimal, is_text, nothing_more};
use crate::data::complaints::Complaints;
use crate::data::dataset::InputFile;
use crate::data::encoding::{self, NoText};
use crate::data::parts::Part;
use crate::data::records::Records;
use crate::data::stream::{Failed, Stream};
use crate::data::table::Reader;
use crate::data::{cuts, layout, naming, workbook};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::TableId;
use sha2::{Digest, Sha256};
use std::io::Read;

/// Files whose texts are read at the same time, and bytes that they have together.
const FILES: usize = 64;
const TOGETHER: u64 = 512 << 20;

/// What was read of a text, whether or not these very bytes were read before.
pub(super) struct Text {
    pub table: TableId,
    pub sha256: String,
    pub read: Result<Option<ReadInput>, Diagnostic>,
}

impl Text {
    /// How many bytes its cells take.
    fn size(&self) -> usize {
        self.read.iter().flatten().map(|found| found.read.data.size()).sum()
    }
}

/// How many of the next sources are read at the same time.
pub(super) fn together(sources: &[impl Source]) -> usize {
    let mut length = 0u64;
    let fits = |source: &&_| {
        length = length.saturating_add(Source::length(*source));
        length <= TOGETHER
    };
    sources.iter().take(FILES).take_while(fits).count().max(1).min(sources.len())
}

impl Session<'_> {
    /// Reads a text before those that stand before it are taken; `None` where it must be read in its turn. Cells hardly take more bytes than
    /// they are written in: one whose cells do takes what the others leave.
    pub(super) fn ahead(&self, source: &impl Source) -> Option<Text> {
        const LITTLE: usize = 1 << 20;
        let room = usize::try_from(source.length()).unwrap_or(usize::MAX).saturating_mul(2).saturating_add(LITTLE).min(self.room);
        self.text(source, room).filter(|text| text.size() <= room)
    }

    /// Reads a text of which few bytes at a time are in memory; `None` where that can't be done, or it is none.
    pub(super) fn text(&self, source: &impl Source, room: usize) -> Option<Text> {
        let name = source.name();
        let table = naming::table_of(self.plan, &naming::stem(name)).ok()?.filter(|_| is_text(name))?;
        if let Some(file) = source.longer_than(self.sizes.chunk) {
            return self.long_text(name, table, file, room);
        }
        let bytes = Some(source).filter(|source| source.length() <= self.sizes.chunk)?.bytes().ok()?;
        (!workbook::is_workbook(&bytes)).then(|| self.short_text(name, table, &bytes, room))
    }

    pub(super) fn short_text(&self, name: &str, table: TableId, bytes: &[u8], room: usize) -> Text {
        // The digest takes as long as the reading.
        let (sha256, read) = rayon::join(|| hexadecimal(&Sha256::digest(bytes)), || self.read_text(name, table, bytes, room));
        let read = read.map_err(|bad| Diagnostic::at(Code::DATA_UNREADABLE, at(name, Some(bad.line)), bad.message).help(bad.help));
        Text { table, sha256, read }
    }

    /// Reads a text chunk by chunk; `None` where that can't be done, and it is to be read as a whole.
    fn long_text(&self, name: &str, table: TableId, file: impl Read + Send, room: usize) -> Option<Text> {
        let mut stream = Stream::new(file, self.names.get(table.0)?, self.sizes.chunk);
        let mut first = Vec::new();
        if !stream.next(&mut first).ok()? {
            return None;
        }
        let separator = stream.separator()?;
        let pieces = self.sizes.pieces;
        let rows = Records::new(simdutf8::basic::from_utf8(&first).ok()?, separator).in_pieces(pieces);
        let mut line = 1 + cuts::lines(&first);
        let mut end = Ok(false);
        let more = |reader: &Reader<'_>, whole: &mut Part| {
            let (mut chunk, mut after) = (Vec::new(), Vec::new());
            end = stream.next(&mut chunk);
            while let Ok(true) = end {
                let Some((rows, next)) = Records::further(&chunk, separator, pieces, line) else {
                    end = Err(Failed);
                    return;
                };
                (end, ()) = rayon::join(|| stream.next(&mut after), || reader.body(rows, whole));
                line = next;
                std::mem::swap(&mut chunk, &mut after);
                if whole.read.data.size() > room {
                    return;
                }
            }
        };
        let (encoding, headers, sha256) = ("UTF-8", Vec::new(), String::new());
        let input = InputFile { table, name: name.into(), sheet: None, encoding, rows: 0, sha256, headers };
        let found = self.input(input, Some((rows, more)), None, Complaints::new(name, None), room)?;
        end.ok()?;
        Some(Text { table, sha256: hexadecimal(&stream.digest().finalize()), read: Ok(Some(found)) })
    }

    fn read_text(&self, name: &str, table: TableId, bytes: &[u8], room: usize) -> Result<Option<ReadInput>, NoText> {
        let text = encoding::decode(bytes)?;
        let Some(names) = self.names.get(table.0) else { return Ok(None) };
        let mut complaints = Complaints::new(name, None);
        let rows = match layout::separator(&text.text, names) {
            Ok(separator) => Some(Records::new(&text.text, separator).in_pieces(self.sizes.pieces)),
            Err(two) => {
                layout::ambiguous(&two, &mut complaints);
                None
            }
        };
        let (encoding, headers, sha256) = (text.encoding, Vec::new(), String::new());
        let input = InputFile { table, name: name.into(), sheet: None, encoding, rows: 0, sha256, headers };
        Ok(self.input(input, rows.map(|rows| (rows, nothing_more)), None, complaints, room))
    }
}

//! A long text chunk by chunk, so that its bytes are never all in memory.

use super::header::Names;
use super::{cuts, layout};
use encoding_rs::{Encoding, UTF_8};
use sha2::{Digest, Sha256};
use std::io::Read;

/// What is read first: more than is looked at for the separator.
const FIRST: usize = layout::NEAR_TOP + 4096;

/// Reads text whose header stands in the first chunk, which is UTF-8 without NUL; anything else fails, for a reading of all bytes at once to
/// tell. Whether the further chunks are such is for their reader to see.
pub(super) struct Stream<'n, R> {
    file: R,
    names: &'n Names,
    size: usize,
    /// What was read last.
    before: usize,
    separator: Option<u8>,
    digest: Sha256,
    /// What was read and not yet handed on.
    rest: Vec<u8>,
    is_whole: bool,
}

/// There is no reading on.
pub(super) struct Failed;

impl<'n, R: Read> Stream<'n, R> {
    /// Reads up to about `size` bytes at a time, of a table whose columns have these names.
    pub fn new(file: R, names: &'n Names, size: u64) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        Self { file, names, size, before: 0, separator: None, digest: Sha256::new(), rest: Vec::new(), is_whole: false }
    }

    /// What separates cells; known after the first chunk.
    pub fn separator(&self) -> Option<u8> {
        self.separator
    }

    /// Puts the next records, to the end of one, in place of what was there; `false` after the last.
    pub fn next(&mut self, bytes: &mut Vec<u8>) -> Result<bool, Failed> {
        while !self.is_whole {
            bytes.clear();
            bytes.append(&mut self.rest);
            let end = self.read_on(bytes)?;
            self.rest.extend_from_slice(bytes.get(end..).unwrap_or_default());
            bytes.truncate(end);
            if !bytes.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Appends what follows, and tells up to where records are whole.
    fn read_on(&mut self, bytes: &mut Vec<u8>) -> Result<usize, Failed> {
        let before = bytes.len();
        // Twice as much each time, as far as records go: what is read first is not held up long, and a long record is not gone over often.
        let size = self.before.saturating_mul(2).max(FIRST).min(self.size).max(before);
        self.before = size;
        bytes.reserve_exact(size);
        let wanted = u64::try_from(size).unwrap_or(u64::MAX);
        let read = self.file.by_ref().take(wanted).read_to_end(bytes).map_err(|_| Failed)?;
        self.digest.update(bytes.get(before..).unwrap_or_default());
        self.is_whole = read < size;
        let separator = match self.separator {
            Some(separator) => separator,
            None => return self.begin(bytes),
        };
        Ok(if self.is_whole { bytes.len() } else { cuts::whole(bytes, separator) })
    }

    /// The same of the first bytes.
    fn begin(&mut self, bytes: &mut Vec<u8>) -> Result<usize, Failed> {
        match Encoding::for_bom(bytes) {
            Some((encoding, mark)) if encoding == UTF_8 => drop(bytes.drain(..mark)),
            Some(_) => return Err(Failed),
            None => {}
        }
        let valid = match simdutf8::compat::from_utf8(bytes) {
            Ok(_) => bytes.len(),
            // A character may go on in what is still to be read.
            Err(cut) if cut.error_len().is_none() && !self.is_whole => cut.valid_up_to(),
            Err(_) => return Err(Failed),
        };
        if memchr::memchr(0, bytes).is_some() {
            return Err(Failed);
        }
        let text = bytes.get(..valid).and_then(|valid| simdutf8::basic::from_utf8(valid).ok()).ok_or(Failed)?;
        let separator = layout::separator(text, self.names).map_err(|_| Failed)?;
        let end = if self.is_whole { valid } else { cuts::whole(text.as_bytes(), separator) };
        if !layout::has_head(text.get(..end).unwrap_or_default(), separator) {
            return Err(Failed);
        }
        self.separator = Some(separator);
        Ok(end)
    }

    /// The digest of all that was read.
    pub fn digest(self) -> Sha256 {
        self.digest
    }
}

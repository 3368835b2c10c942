//! A long text chunk by chunk, so that its bytes are never all in memory.

use super::header::Names;
use super::{cuts, layout};
use encoding_rs::{Encoding, UTF_8};
use sha2::{Digest, Sha256};
use std::io::Read;

/// Reads UTF-8 text without NUL whose header stands in the first chunk; anything else fails, for a reading of all bytes at once to tell.
pub(super) struct Stream<'n, R> {
    file: R,
    names: &'n Names,
    size: u64,
    separator: Option<u8>,
    digest: Sha256,
    /// What was read and not yet handed on.
    rest: Vec<u8>,
    is_whole: bool,
}

/// There is no reading on.
pub(super) struct Failed;

impl<'n, R: Read> Stream<'n, R> {
    /// Reads about `size` bytes at a time, of a table whose columns have these names.
    pub fn new(file: R, names: &'n Names, size: u64) -> Self {
        Self { file, names, size, separator: None, digest: Sha256::new(), rest: Vec::new(), is_whole: false }
    }

    /// What separates cells; known after the first chunk.
    pub fn separator(&self) -> Option<u8> {
        self.separator
    }

    /// The next records, to the end of one; `None` after the last.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, Failed> {
        while !self.is_whole {
            let mut bytes = std::mem::take(&mut self.rest);
            let end = self.read_on(&mut bytes)?;
            self.rest = bytes.split_off(end);
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// Appends what follows, and tells up to where records are whole.
    fn read_on(&mut self, bytes: &mut Vec<u8>) -> Result<usize, Failed> {
        let before = bytes.len();
        let read = self.file.by_ref().take(self.size).read_to_end(bytes).map_err(|_| Failed)?;
        self.digest.update(bytes.get(before..).unwrap_or_default());
        self.is_whole = u64::try_from(read).is_ok_and(|read| read < self.size);
        if self.separator.is_none() {
            match Encoding::for_bom(bytes) {
                Some((encoding, mark)) if encoding == UTF_8 => drop(bytes.drain(..mark)),
                Some(_) => return Err(Failed),
                None => {}
            }
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
        let separator = match self.separator {
            Some(known) => known,
            None => layout::separator(text, self.names).map_err(|_| Failed)?,
        };
        let end = if self.is_whole { valid } else { cuts::whole(text, separator) };
        if self.separator.is_none() && !layout::has_head(text.get(..end).unwrap_or_default(), separator) {
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

//! A column of texts: the words one after another, and per row which of them it is.

use super::columns::{Cells, Marked};
use foldhash::fast::FixedState;
use std::fmt;
use std::hash::BuildHasher;

/// Up to so many words each is compared with; beyond that a table of recent words is kept.
const FEW: usize = 8;
const RECENT: usize = 4096;

/// Texts, one per row. Words that come again soon are stored once, so that a code repeated row after row costs four bytes a row.
#[derive(Clone, Default)]
pub struct Texts {
    words: String,
    /// Where each word ends.
    ends: Vec<usize>,
    /// Per row its word.
    codes: Cells<u32>,
    /// By hash, a word lately added.
    recent: Vec<u32>,
}

impl Texts {
    /// The text of a row; `None` where missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.word(self.codes.get(row)?)
    }

    /// Per row a number: rows of one number hold one text. Two numbers may stand for one text too.
    pub fn codes(&self) -> &Cells<u32> {
        &self.codes
    }

    /// The text that a number stands for.
    pub fn word(&self, code: u32) -> Option<&str> {
        let at = code as usize;
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.words.get(start..*self.ends.get(at)?)
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.codes.iter().map(|code| self.word(code?))
    }

    pub fn len(&self) -> usize {
        self.codes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    pub(super) fn push(&mut self, text: Option<&str>) {
        let code = text.map(|t| self.number(t));
        self.codes.push(code);
    }

    /// Appends the text that a number stands for.
    pub(super) fn push_number(&mut self, code: u32) {
        self.codes.push(Some(code));
    }

    pub(super) fn truncate(&mut self, rows: usize) {
        self.codes.truncate(rows);
    }

    /// The number of a text, which is added where it is not found at once.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        let last = self.ends.len().checked_sub(1).and_then(|at| u32::try_from(at).ok());
        // Rows of one parent mostly stand together.
        let before = self.codes.stored().last().copied().filter(|c| *c != u32::MISSING);
        if let Some(same) = before.or(last).filter(|code| self.word(*code) == Some(text)) {
            return same;
        }
        if self.ends.len() <= FEW {
            let known = (0..).zip(&self.ends).map(|(code, _)| code).find(|code| self.word(*code) == Some(text));
            return known.unwrap_or_else(|| self.add(text));
        }
        if self.recent.is_empty() {
            self.recent = vec![u32::MISSING; RECENT];
        }
        let at = usize::try_from(FixedState::with_seed(0).hash_one(text)).unwrap_or(0) % RECENT;
        let recent = self.recent.get(at).copied().filter(|code| self.word(*code) == Some(text));
        recent.unwrap_or_else(|| {
            let code = self.add(text);
            if let Some(place) = self.recent.get_mut(at) {
                *place = code;
            }
            code
        })
    }

    fn add(&mut self, text: &str) -> u32 {
        self.words.push_str(text);
        self.ends.push(self.words.len());
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MISSING)
    }

    /// Gives one row the text of another.
    pub(super) fn copy(&mut self, to: usize, from: usize) {
        if let Some(code) = self.codes.get(from) {
            self.codes.set(to, code);
        }
    }

    /// Adds the rows that follow.
    pub(super) fn append(&mut self, after: Self) {
        let (words, bytes) = (u32::try_from(self.ends.len()).unwrap_or(u32::MISSING), self.words.len());
        self.words.push_str(&after.words);
        self.ends.extend(after.ends.iter().map(|end| bytes + end));
        self.codes.append(after.codes.iter().map(|code| code.map(|c| words.saturating_add(c))).collect());
    }

    /// How many bytes the texts take.
    pub(super) fn size(&self) -> usize {
        self.words.len() + size_of_val(self.ends.as_slice()) + size_of_val(self.codes.stored())
    }

    pub(super) fn retain(&mut self, keep: &[bool]) {
        self.codes.retain(keep);
    }

    pub(super) fn pad(&mut self, rows: usize) {
        self.codes.pad(rows);
    }
}

/// The texts themselves: the same ones may be stored in several ways.
impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'t> FromIterator<Option<&'t str>> for Texts {
    fn from_iter<I: IntoIterator<Item = Option<&'t str>>>(texts: I) -> Self {
        let mut column = Self::default();
        texts.into_iter().for_each(|t| column.push(t));
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_and_repeated_ones_are_stored_once() {
        let names: Vec<String> = (0..9000).map(|i| format!("第{}班", i % 300)).collect();
        let texts: Vec<Option<&str>> = names.iter().enumerate().map(|(i, n)| Some(n.as_str()).filter(|_| i % 7 != 0)).collect();
        let column: Texts = texts.iter().copied().collect();
        assert_eq!(column.iter().collect::<Vec<_>>(), texts);
        assert!(column.ends.len() < 900, "{} words", column.ends.len());
        let unlike: Vec<String> = (0..20_000).map(|i| format!("S{i}")).collect();
        let column: Texts = unlike.iter().map(|t| Some(t.as_str())).collect();
        assert!(column.iter().eq(unlike.iter().map(|t| Some(t.as_str()))));
    }
}

//! A column of texts: the words one after another, and per row which of them it is.

use super::columns::Cells;
use super::order::{Known, Order};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::fmt;
use std::hash::BuildHasher;

/// Texts, one per row. Each word is stored once, so that a code repeated row after row costs at most four bytes a row.
#[derive(Clone, Default)]
pub struct Texts {
    words: Words,
    /// Per row its word.
    codes: Cells<u32>,
    /// By which they are known, as long as they mostly come in order.
    order: Order,
    /// By hash, the words that come in no order; empty where no more are to come.
    known: HashTable<Print>,
}

/// The number of a word, and a print of it by which others are told apart without looking at them.
#[derive(Debug, Clone, Copy)]
struct Print {
    code: u32,
    print: u32,
}

impl Print {
    fn hash(self) -> u64 {
        u64::from(self.print).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// Words one after another.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    text: String,
    /// Where each word ends.
    ends: Vec<usize>,
}

impl Words {
    pub fn get(&self, code: u32) -> Option<&str> {
        let at = code as usize;
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..*self.ends.get(at)?)
    }

    /// How many there are: the number that the next will have.
    pub fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    pub fn add(&mut self, text: &str) -> u32 {
        self.text.push_str(text);
        self.ends.push(self.text.len());
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }
}

/// A word that has this number, or would have it.
fn print(text: &str, code: u32) -> Print {
    let hash = FixedState::with_seed(0).hash_one(text);
    Print { code, print: (hash ^ hash >> 32) as u32 }
}

impl Texts {
    /// The text of a row; `None` where missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.word(self.codes.get(row)?)
    }

    /// Per row the number of its text: one for each, in the order in which they first occur.
    pub fn codes(&self) -> &Cells<u32> {
        &self.codes
    }

    pub(super) fn codes_mut(&mut self) -> &mut Cells<u32> {
        &mut self.codes
    }

    /// The text that a number stands for.
    pub fn word(&self, code: u32) -> Option<&str> {
        self.words.get(code)
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
    #[inline]
    pub(super) fn push_number(&mut self, code: u32) {
        self.codes.push(Some(code));
    }

    /// The number of a text, which is added where it is new.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        // Rows of one parent mostly stand together.
        let last = self.codes.len().checked_sub(1).and_then(|row| self.codes.get(row));
        if let Some(same) = last.filter(|code| self.words.get(*code) == Some(text)) {
            return same;
        }
        match self.order.find(text, &self.words) {
            Known::As(code) => return code,
            Known::New => return self.words.add(text),
            Known::Unclear => {}
        }
        let (words, all) = (&mut self.words, &mut self.known);
        if all.len() < words.ends.len() {
            all.clear();
            all.reserve(words.ends.len(), |other| other.hash());
            for (code, _) in (0..).zip(&words.ends) {
                let word = print(words.get(code).unwrap_or_default(), code);
                all.insert_unique(word.hash(), word, |other| other.hash());
            }
        }
        let new = print(text, 0);
        let is_same = |other: &Print| other.print == new.print && words.get(other.code) == Some(text);
        match all.entry(new.hash(), is_same, |other| other.hash()) {
            Entry::Occupied(found) => found.get().code,
            Entry::Vacant(place) => place.insert(Print { code: words.add(text), ..new }).get().code,
        }
    }

    /// Adds the rows that follow.
    pub(super) fn append(&mut self, after: Self) {
        if self.words.ends.is_empty() && self.codes.is_empty() {
            *self = after;
            return;
        }
        let words = (0..).zip(&after.words.ends).filter_map(|(code, _)| after.words.get(code));
        if self.order.is_lost() {
            self.known.reserve(after.words.ends.len(), |other| other.hash());
        }
        let becomes: Vec<u32> = words.map(|word| self.number(word)).collect();
        self.codes.stored_mut().append_as(after.codes.stored(), &becomes);
    }

    /// Gives back the room that is needed for further words only.
    pub(super) fn settle(&mut self) {
        self.known = HashTable::new();
        self.words.text.shrink_to_fit();
        self.words.ends.shrink_to_fit();
    }

    /// How many bytes the texts take.
    pub(super) fn size(&self) -> usize {
        let known = self.known.capacity() * (size_of::<Print>() + 1);
        self.words.text.len() + size_of_val(self.words.ends.as_slice()) + self.codes.stored().size() + known
    }

    /// Gives one row the text of another.
    pub(super) fn copy(&mut self, to: usize, from: usize) {
        if let Some(code) = self.codes.get(from) {
            self.codes.set(to, code);
        }
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
        assert_eq!(column.words.ends.len(), 300);
        let unlike: Vec<String> = (0..20_000).map(|i| format!("S{i}")).collect();
        let column: Texts = unlike.iter().map(|t| Some(t.as_str())).collect();
        assert!(column.iter().eq(unlike.iter().map(|t| Some(t.as_str()))));
    }

    #[test]
    fn words_have_the_same_numbers_whether_they_come_in_order_or_not() {
        let texts = ["S1", "S1", "S2", "S3", "S2", "S4", "S1", "S4", "S0"];
        let column: Texts = texts.iter().map(|t| Some(*t)).collect();
        assert!(column.codes().iter().eq([0, 0, 1, 2, 1, 3, 0, 3, 4].map(Some)));
        for cut in 0..texts.len() {
            let (before, after) = texts.split_at(cut);
            let mut joined: Texts = before.iter().map(|t| Some(*t)).collect();
            joined.append(after.iter().map(|t| Some(*t)).collect());
            assert_eq!(joined.codes(), column.codes());
            assert!(joined.iter().eq(texts.map(Some)));
        }
    }

    #[test]
    fn joined_texts_have_one_number_for_each_word() {
        let mut column: Texts = [Some("甲"), None, Some("乙")].into_iter().collect();
        column.settle();
        column.append([Some("丙"), Some("乙"), None, Some("甲")].into_iter().collect());
        column.append([Some("丙")].into_iter().collect());
        assert!(column.iter().eq([Some("甲"), None, Some("乙"), Some("丙"), Some("乙"), None, Some("甲"), Some("丙")]));
        assert!(column.codes().iter().eq([Some(0), None, Some(1), Some(2), Some(1), None, Some(0), Some(2)]));
    }
}

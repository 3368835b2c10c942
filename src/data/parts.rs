//! The rows of one file or sheet, read in parts at the same time and put together in order: what is read, and every complaint, is the same
//! as if they had been read one after another.

use super::columns::Column;
use super::complaints::Complaints;
use super::dataset::TableData;
use super::lanes::Lanes;
use super::records::{BrokenOff, Record, Rows};
use super::table::{Reader, TableRead, broken_off, next};
use super::totals;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// Parts that each processor is given before what they hold is put together.
const ROUND: usize = 8;
/// After so many rows it is looked whether they fit.
const OFTEN: usize = 4096;

/// What was read of some rows that stand together.
pub(super) struct Part {
    pub read: TableRead,
    pub complaints: Complaints,
    /// A row of totals that is the last so far.
    pub total: Option<Record<'static>>,
    /// Whether there was any row that is not blank.
    begun: bool,
    /// What was read of the rows that follow, still to be added.
    ready: Vec<Part>,
}

impl Part {
    /// Without rows yet, in the columns that a header has named.
    pub fn new(columns: Vec<Column>, complaints: Complaints) -> Self {
        let data = TableData { columns, ..TableData::default() };
        Self { read: TableRead { data, lost: 0 }, complaints, total: None, begun: false, ready: Vec::new() }
    }

    /// A row follows: a row of totals before it was not the last.
    pub fn begin(&mut self) {
        self.begun = true;
        if let Some(early) = self.total.take() {
            totals::not_last(&early, &mut self.complaints);
        }
    }

    /// What follows cannot be read.
    pub fn broken_off(&mut self, why: BrokenOff) {
        broken_off(why, &mut self.complaints);
        self.read.lost += 1;
    }

    /// Adds what was read and is still to be added.
    pub fn finish(&mut self) {
        std::mem::take(&mut self.ready).into_iter().for_each(|part| self.append(part));
    }

    /// Adds the rows that follow.
    fn append(&mut self, after: Self) {
        if after.begun {
            self.begin();
            self.total = after.total;
        }
        self.complaints.append(after.complaints);
        self.read.append(after.read);
    }
}

impl Reader<'_> {
    /// Reads what follows the header, and adds it; the last of it is added only with what follows, or by [`Part::finish`].
    pub fn body<'a, R: Rows<'a>>(&self, parts: Vec<R>, whole: &mut Part) {
        let mut parts = parts.into_iter();
        if parts.len() == 1 {
            whole.finish();
            parts.for_each(|rows| self.rows(rows, whole));
            return;
        }
        let at_once = ROUND * rayon::current_num_threads();
        // Of what does not fit no more is read than shows it.
        while parts.len() > 0 && whole.read.data.size() <= self.room {
            let now: Vec<R> = parts.by_ref().take(at_once).collect();
            let blank = |rows| (rows, Part::new(self.columns(), whole.complaints.beside()));
            let now: Vec<(R, Part)> = now.into_iter().map(blank).collect();
            let read = |(rows, mut part): (R, Part)| {
                self.rows(rows, &mut part);
                part
            };
            let (next, ()) = rayon::join(|| now.into_par_iter().map(read).collect(), || whole.finish());
            whole.ready = next;
        }
    }

    fn rows<'a, R: Rows<'a>>(&self, mut rows: R, part: &mut Part) {
        let mut record = Record::default();
        let mut lanes = rows.text().and_then(|text| Lanes::new(self, text.separator()));
        loop {
            let since = part.read.data.rows % OFTEN;
            // One part of a hostile file may hold any number of rows.
            if since == 0 && part.read.data.size() > self.room {
                return;
            }
            if let (Some(lanes), Some(text)) = (&mut lanes, rows.text())
                && lanes.read(text, part, OFTEN - since)
            {
                continue;
            }
            match next(&mut rows, &mut record) {
                Ok(true) => self.record(&record, part),
                Ok(false) => return,
                Err(why) => return part.broken_off(why),
            }
        }
    }
}

impl TableRead {
    /// Adds the rows that follow.
    pub fn append(&mut self, after: Self) {
        self.lost += after.lost;
        self.data.append(after.data);
    }
}

#[cfg(test)]
mod tests;

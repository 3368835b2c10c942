//! Where the rows of a table stand: mostly on lines that follow one another.

/// Per row, the index of its input and its 1-based line, kept as runs.
#[derive(Debug, Clone, Default)]
pub struct Places {
    runs: Vec<Run>,
    rows: u32,
}

/// Rows from `row` on, on the lines from `line` on.
#[derive(Debug, Clone, Copy)]
struct Run {
    row: u32,
    input: u32,
    line: u32,
}

impl Places {
    /// The input and line of a row.
    pub fn get(&self, row: usize) -> Option<(u32, u32)> {
        let row = u32::try_from(row).ok().filter(|r| *r < self.rows)?;
        let run = self.runs.get(self.runs.partition_point(|run| run.row <= row).checked_sub(1)?)?;
        Some((run.input, run.line.saturating_add(row - run.row)))
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    pub fn len(&self) -> usize {
        self.rows as usize
    }

    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How many bytes they take.
    pub(super) fn size(&self) -> usize {
        size_of_val(self.runs.as_slice())
    }

    /// The row on a line, where rows stand in the order of inputs and lines.
    pub(super) fn row_at(&self, (input, line): (u32, u32)) -> Option<u32> {
        let next = self.runs.partition_point(|run| (run.input, run.line) <= (input, line));
        let run = self.runs.get(next.checked_sub(1)?).filter(|run| run.input == input)?;
        let row = run.row.checked_add(line - run.line)?;
        let end = self.runs.get(next).map_or(self.rows, |run| run.row);
        (row < end).then_some(row)
    }

    /// Says which input all rows are of.
    pub(super) fn in_input(&mut self, input: u32) {
        self.runs.iter_mut().for_each(|run| run.input = input);
    }

    pub(super) fn push(&mut self, (input, line): (u32, u32)) {
        let follows = |run: &Run| run.input == input && run.line.checked_add(self.rows - run.row) == Some(line);
        if !self.runs.last().is_some_and(follows) {
            self.runs.push(Run { row: self.rows, input, line });
        }
        self.rows += 1;
    }

    /// Adds rows on lines that follow one another, so many.
    pub(super) fn push_lines(&mut self, first: (u32, u32), rows: usize) {
        self.push(first);
        self.rows = self.rows.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX)).saturating_sub(1);
    }

    /// Adds the rows that follow.
    pub(super) fn append(&mut self, after: &Self) {
        let rows = self.rows;
        for (index, run) in after.runs.iter().enumerate() {
            let end = after.runs.get(index + 1).map_or(after.rows, |next| next.row);
            self.push((run.input, run.line));
            self.rows = rows + end;
        }
    }

    pub(super) fn retain(&mut self, keep: &[bool]) {
        let kept = std::mem::take(self);
        *self = kept.iter().enumerate().filter(|(row, _)| keep.get(*row).copied().unwrap_or(true)).map(|(_, place)| place).collect();
    }
}

impl FromIterator<(u32, u32)> for Places {
    fn from_iter<I: IntoIterator<Item = (u32, u32)>>(places: I) -> Self {
        let mut found = Self::default();
        places.into_iter().for_each(|place| found.push(place));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_line_and_lines_by_row() {
        let all = [(0, 2), (0, 3), (0, 5), (0, 6), (2, 2), (3, 2), (3, 9)];
        let mut places: Places = all.into_iter().collect();
        assert_eq!(places.runs.len(), 5);
        assert!(places.iter().eq(all));
        for (row, place) in (0..).zip(all) {
            assert_eq!(places.row_at(place), Some(row));
        }
        for absent in [(0, 1), (0, 4), (0, 7), (1, 2), (2, 3), (3, 8), (3, 10)] {
            assert_eq!(places.row_at(absent), None, "{absent:?}");
        }
        let halves = all.split_at(4);
        let mut joined: Places = halves.0.iter().copied().collect();
        joined.append(&halves.1.iter().copied().collect());
        assert!(joined.iter().eq(all));
        places.retain(&[true, false, true, true, true, false, true]);
        assert!(places.iter().eq([(0, 2), (0, 5), (0, 6), (2, 2), (3, 9)]));
    }
}

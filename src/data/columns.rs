//! The cells of one field, close together: none has an allocation of its own, and a missing one is a value set apart.

use super::texts::Texts;
use crate::value::Decimal;

/// A cell of fixed size with one value that stands for a missing one.
pub trait Marked: Copy + PartialEq {
    const MISSING: Self;
}

impl Marked for i64 {
    const MISSING: Self = i64::MIN;
}

impl Marked for i32 {
    const MISSING: Self = i32::MIN;
}

impl Marked for u32 {
    const MISSING: Self = u32::MAX;
}

impl Marked for u16 {
    const MISSING: Self = u16::MAX;
}

/// Stands for a missing mantissa.
pub const MISSING: i64 = i64::MISSING;

/// Cells of fixed size, one per row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells<T>(Vec<T>);

impl<T: Marked> Cells<T> {
    /// So many missing cells.
    pub(super) fn missing(rows: usize) -> Self {
        Self(vec![T::MISSING; rows])
    }

    /// The cell of a row; `None` where missing.
    pub fn get(&self, row: usize) -> Option<T> {
        self.0.get(row).copied().filter(|cell| *cell != T::MISSING)
    }

    /// The cells as they are stored, [`Marked::MISSING`] where missing.
    pub fn stored(&self) -> &[T] {
        &self.0
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<T>> {
        self.0.iter().map(|cell| Some(*cell).filter(|c| *c != T::MISSING))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, cell: Option<T>) {
        self.0.push(cell.unwrap_or(T::MISSING));
    }

    pub(super) fn set(&mut self, row: usize, cell: T) {
        if let Some(place) = self.0.get_mut(row) {
            *place = cell;
        }
    }

    /// Adds the rows that follow.
    pub(super) fn append(&mut self, mut after: Self) {
        self.0.append(&mut after.0);
    }

    pub(super) fn retain(&mut self, keep: &[bool]) {
        retain(&mut self.0, keep);
    }

    pub(super) fn truncate(&mut self, rows: usize) {
        self.0.truncate(rows);
    }

    /// Adds missing cells up to `rows`.
    pub(super) fn pad(&mut self, rows: usize) {
        self.0.resize(rows, T::MISSING);
    }
}

impl<T: Marked> From<Vec<T>> for Cells<T> {
    /// The cells as they are stored.
    fn from(stored: Vec<T>) -> Self {
        Self(stored)
    }
}

impl<T: Marked> FromIterator<Option<T>> for Cells<T> {
    fn from_iter<I: IntoIterator<Item = Option<T>>>(cells: I) -> Self {
        Self(cells.into_iter().map(|cell| cell.unwrap_or(T::MISSING)).collect())
    }
}

/// Numbers as mantissas of one scale; where no one scale fits, each with its own.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    mantissas: Vec<i64>,
    scale: u8,
    /// One per cell, or none at all.
    scales: Vec<u8>,
}

impl Numbers {
    /// The number of a row, in its shortest form.
    pub fn get(&self, row: usize) -> Option<Decimal> {
        let mantissa = self.mantissas.get(row).copied().filter(|m| *m != MISSING)?;
        Some(shortest(Decimal { mantissa, scale: self.scales.get(row).copied().unwrap_or(self.scale) }))
    }

    /// The numbers as `mantissa / 10^scale`, [`MISSING`] where missing; `None` where they have no scale in common.
    pub fn scaled(&self) -> Option<(&[i64], u8)> {
        self.scales.is_empty().then_some((&self.mantissas, self.scale))
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<Decimal>> {
        (0..self.len()).map(|row| self.get(row))
    }

    pub fn len(&self) -> usize {
        self.mantissas.len()
    }

    pub fn is_empty(&self) -> bool {
        self.mantissas.is_empty()
    }

    pub(super) fn push(&mut self, number: Option<Decimal>) {
        let mantissa = number.map_or(MISSING, |n| self.settled(n));
        self.mantissas.push(mantissa);
        if !self.scales.is_empty() {
            self.scales.push(number.map_or(0, |n| n.scale));
        }
    }

    /// Appends a number that need not be in its shortest form, where the column's scale is fit for it as it stands; `false` where it is not.
    pub(super) fn push_fitting(&mut self, number: Decimal) -> bool {
        let number = if number.scale > self.scale { shortest(number) } else { number };
        let by = self.scale.checked_sub(number.scale).filter(|_| self.scales.is_empty());
        let Some(mantissa) = by.and_then(|by| raised(number.mantissa, by)) else { return false };
        self.mantissas.push(mantissa);
        true
    }

    /// Adds the rows that follow.
    fn append(&mut self, mut after: Self) {
        if self.is_empty() {
            *self = after;
            return;
        }
        if self.scales.is_empty() && after.scales.is_empty() {
            let scale = self.scale.max(after.scale);
            self.rescale(scale);
            after.rescale(scale);
        }
        if !self.scales.is_empty() || !after.scales.is_empty() {
            self.part();
            after.part();
        }
        self.mantissas.append(&mut after.mantissas);
        self.scales.append(&mut after.scales);
    }

    fn set(&mut self, row: usize, number: Decimal) {
        let mantissa = self.settled(number);
        if let Some(place) = self.mantissas.get_mut(row) {
            *place = mantissa;
        }
        if let Some(place) = self.scales.get_mut(row) {
            *place = number.scale;
        }
    }

    /// The number's mantissa at the column's scale, which is made fit for it.
    fn settled(&mut self, number: Decimal) -> i64 {
        if self.scales.is_empty() && number.scale > self.scale {
            self.rescale(number.scale);
        }
        if self.scales.is_empty() {
            match raised(number.mantissa, self.scale.saturating_sub(number.scale)) {
                Some(mantissa) => return mantissa,
                None => self.part(),
            }
        }
        number.mantissa
    }

    fn rescale(&mut self, scale: u8) {
        let by = scale.saturating_sub(self.scale);
        if by == 0 {
            return;
        }
        if self.mantissas.iter().all(|m| *m == MISSING || raised(*m, by).is_some()) {
            for mantissa in self.mantissas.iter_mut().filter(|m| **m != MISSING) {
                *mantissa = raised(*mantissa, by).unwrap_or(MISSING);
            }
            self.scale = scale;
        } else {
            self.part();
        }
    }

    /// From here on each number has its own scale.
    fn part(&mut self) {
        self.scales.resize(self.mantissas.len(), self.scale);
    }
}

/// The same number without zeros behind the point.
pub(super) fn shortest(mut number: Decimal) -> Decimal {
    while number.scale > 0 && number.mantissa % 10 == 0 {
        number = Decimal { mantissa: number.mantissa / 10, scale: number.scale - 1 };
    }
    number
}

/// `mantissa × 10^by`, where that is a mantissa.
fn raised(mantissa: i64, by: u8) -> Option<i64> {
    if by == 0 || mantissa == 0 {
        return Some(mantissa);
    }
    mantissa.checked_mul(10i64.checked_pow(u32::from(by))?).filter(|m| *m != MISSING)
}

impl FromIterator<Option<Decimal>> for Numbers {
    fn from_iter<I: IntoIterator<Item = Option<Decimal>>>(numbers: I) -> Self {
        let mut column = Self::default();
        numbers.into_iter().for_each(|n| column.push(n));
        column
    }
}

/// The cells of one field. Numbers stand in the declared unit.
#[derive(Debug, Clone)]
pub enum Column {
    /// No file, or no such column in it: every cell is missing.
    Absent,
    Number(Numbers),
    Text(Texts),
    Bool(Vec<Option<bool>>),
    /// Index of the option.
    Choice(Cells<u16>),
    /// Year × 12 + month − 1.
    Month(Cells<i32>),
    /// Year × 10000 + month × 100 + day.
    Date(Cells<i32>),
}

/// What came of putting two cells together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    /// The first stands: the other is missing, or the same.
    Same,
    /// The first was missing and is now the other.
    Taken,
    Differ,
}

fn joined<T: PartialEq>(ours: Option<T>, theirs: Option<T>, take: impl FnOnce(T)) -> Joined {
    match (ours, theirs) {
        (_, None) => Joined::Same,
        (Some(ours), Some(theirs)) => {
            if ours == theirs {
                Joined::Same
            } else {
                Joined::Differ
            }
        }
        (None, Some(theirs)) => {
            take(theirs);
            Joined::Taken
        }
    }
}

fn retain<T>(cells: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    cells.retain(|_| keep.next().copied().unwrap_or(true));
}

impl Column {
    /// The number of a row; `None` where missing, and in columns of another type.
    pub fn number(&self, row: usize) -> Option<Decimal> {
        let Self::Number(cells) = self else { return None };
        cells.get(row)
    }

    /// The text of a row; `None` where missing, and in columns of another type.
    pub fn text(&self, row: usize) -> Option<&str> {
        let Self::Text(cells) = self else { return None };
        cells.get(row)
    }

    /// Appends a missing cell.
    pub(super) fn push_missing(&mut self) {
        match self {
            Self::Absent => {}
            Self::Number(cells) => cells.push(None),
            Self::Text(cells) => cells.push(None),
            Self::Bool(cells) => cells.push(None),
            Self::Choice(cells) => cells.push(None),
            Self::Month(cells) | Self::Date(cells) => cells.push(None),
        }
    }

    /// Leaves out what stands behind the first rows.
    pub(super) fn truncate(&mut self, rows: usize) {
        match self {
            Self::Absent => {}
            Self::Number(cells) => {
                cells.mantissas.truncate(rows);
                cells.scales.truncate(rows);
            }
            Self::Text(cells) => cells.truncate(rows),
            Self::Bool(cells) => cells.truncate(rows),
            Self::Choice(cells) => cells.truncate(rows),
            Self::Month(cells) | Self::Date(cells) => cells.truncate(rows),
        }
    }

    /// Whether a row's cell is stored as the one before it is: then it is the same. Cells that are the same may be stored differently.
    pub(super) fn repeats(&self, row: usize) -> bool {
        let Some(before) = row.checked_sub(1) else { return false };
        match self {
            Self::Absent => true,
            Self::Number(cells) => {
                cells.mantissas.get(row) == cells.mantissas.get(before) && cells.scales.get(row) == cells.scales.get(before)
            }
            Self::Text(cells) => cells.codes().stored().get(row) == cells.codes().stored().get(before),
            Self::Bool(cells) => cells.get(row) == cells.get(before),
            Self::Choice(cells) => cells.stored().get(row) == cells.stored().get(before),
            Self::Month(cells) | Self::Date(cells) => cells.stored().get(row) == cells.stored().get(before),
        }
    }

    /// Fills the cell of one row from that of another.
    pub(super) fn join(&mut self, first: usize, other: usize) -> Joined {
        match self {
            Self::Absent => Joined::Same,
            Self::Number(cells) => joined(cells.get(first), cells.get(other), |n| cells.set(first, n)),
            Self::Text(cells) => {
                let (ours, theirs) = (cells.get(first), cells.get(other));
                let found = joined(ours, theirs, |_| ());
                if found == Joined::Taken {
                    cells.copy(first, other);
                }
                found
            }
            Self::Bool(cells) => {
                let at = |row: usize| cells.get(row).copied().flatten();
                let (ours, theirs) = (at(first), at(other));
                joined(ours, theirs, |value| {
                    if let Some(place) = cells.get_mut(first) {
                        *place = Some(value);
                    }
                })
            }
            Self::Choice(cells) => joined(cells.get(first), cells.get(other), |c| cells.set(first, c)),
            Self::Month(cells) | Self::Date(cells) => joined(cells.get(first), cells.get(other), |c| cells.set(first, c)),
        }
    }

    /// Adds the rows that follow the first `rows`, of a column of the same field.
    pub(super) fn append(&mut self, after: Self, rows: usize) {
        if matches!(self, Self::Absent) {
            *self = match after {
                Self::Absent => return,
                _ if rows == 0 => {
                    *self = after;
                    return;
                }
                Self::Number(_) => Self::Number(Numbers::default()),
                Self::Text(_) => Self::Text(Texts::default()),
                Self::Bool(_) => Self::Bool(Vec::new()),
                Self::Choice(_) => Self::Choice(Cells::default()),
                Self::Month(_) => Self::Month(Cells::default()),
                Self::Date(_) => Self::Date(Cells::default()),
            };
            self.pad(rows);
        }
        match (self, after) {
            (Self::Number(cells), Self::Number(more)) => cells.append(more),
            (Self::Text(cells), Self::Text(more)) => cells.append(more),
            (Self::Bool(cells), Self::Bool(mut more)) => cells.append(&mut more),
            (Self::Choice(cells), Self::Choice(more)) => cells.append(more),
            (Self::Month(cells), Self::Month(more)) | (Self::Date(cells), Self::Date(more)) => cells.append(more),
            _ => {}
        }
    }

    pub(super) fn retain(&mut self, keep: &[bool]) {
        match self {
            Self::Absent => {}
            Self::Number(cells) => {
                retain(&mut cells.mantissas, keep);
                retain(&mut cells.scales, keep);
            }
            Self::Text(cells) => cells.retain(keep),
            Self::Bool(cells) => retain(cells, keep),
            Self::Choice(cells) => cells.retain(keep),
            Self::Month(cells) | Self::Date(cells) => cells.retain(keep),
        }
    }

    /// How many bytes the cells take.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Absent => 0,
            Self::Number(cells) => size_of_val(cells.mantissas.as_slice()) + cells.scales.len(),
            Self::Text(cells) => cells.size(),
            Self::Bool(cells) => cells.len(),
            Self::Choice(cells) => size_of_val(cells.stored()),
            Self::Month(cells) | Self::Date(cells) => size_of_val(cells.stored()),
        }
    }

    /// Adds missing cells up to `rows`.
    pub(super) fn pad(&mut self, rows: usize) {
        match self {
            Self::Absent => {}
            Self::Number(cells) => {
                cells.mantissas.resize(rows, MISSING);
                if !cells.scales.is_empty() {
                    cells.scales.resize(rows, 0);
                }
            }
            Self::Text(cells) => cells.pad(rows),
            Self::Bool(cells) => cells.resize(rows, None),
            Self::Choice(cells) => cells.pad(rows),
            Self::Month(cells) | Self::Date(cells) => cells.pad(rows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(mantissa: i64, scale: u8) -> Option<Decimal> {
        Some(Decimal { mantissa, scale })
    }

    #[test]
    fn numbers_of_any_scales_come_back_as_they_were() {
        let wide = 999_999_999_999_999_999;
        let cases = [
            vec![is(12, 0), None, is(125, 1), is(0, 0), is(-3, 2), is(7, 0)],
            vec![is(wide, 0), is(1, 18), None, is(125, 1)],
            vec![is(1, 18), is(wide, 0), is(-wide, 18)],
            vec![None, None],
            vec![],
        ];
        for case in cases {
            let column: Numbers = case.iter().copied().collect();
            assert_eq!(column.iter().collect::<Vec<_>>(), case);
        }
    }

    #[test]
    fn one_scale_is_shared_as_long_as_it_fits() {
        let column: Numbers = [is(12, 0), None, is(125, 1), is(-3, 2)].into_iter().collect();
        assert_eq!(column.scaled(), Some((&[1200, MISSING, 1250, -3][..], 2)));
        let column: Numbers = [is(i64::MAX, 0), is(1, 1)].into_iter().collect();
        assert_eq!(column.scaled(), None);
    }

    #[test]
    fn cells_are_joined_padded_and_left_out() {
        let numbers: Numbers = [None, is(5, 1), is(7, 0), is(5, 1)].into_iter().collect();
        let texts: Texts = [None, Some("甲"), Some("乙"), Some("甲")].into_iter().collect();
        for mut column in
            [Column::Number(numbers), Column::Text(texts), Column::Choice([None, Some(1), Some(0), Some(1)].into_iter().collect())]
        {
            assert_eq!((column.join(1, 2), column.join(1, 3), column.join(1, 0)), (Joined::Differ, Joined::Same, Joined::Same));
            assert_eq!((column.join(0, 1), column.join(0, 2)), (Joined::Taken, Joined::Differ));
            column.pad(6);
            column.retain(&[true, false, true, false, true, false]);
            match column {
                Column::Number(cells) => assert_eq!(cells.iter().collect::<Vec<_>>(), [is(5, 1), is(7, 0), None]),
                Column::Text(cells) => assert_eq!(cells.iter().collect::<Vec<_>>(), [Some("甲"), Some("乙"), None]),
                Column::Choice(cells) => assert_eq!(cells.iter().collect::<Vec<_>>(), [Some(1), Some(0), None]),
                other => panic!("{other:?}"),
            }
        }
    }
}

//! The cells of one field, close together: none has an allocation of its own, and a missing one is a value set apart.

use super::narrow::Narrow;
use super::texts::Texts;
use crate::value::Decimal;
use std::marker::PhantomData;

/// A kind of cells that are stored as whole numbers.
pub trait Whole: Copy + Into<i64> + TryFrom<i64> {}

impl<T: Copy + Into<i64> + TryFrom<i64>> Whole for T {}

/// Cells that are whole numbers, one per row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells<T> {
    stored: Narrow,
    of: PhantomData<T>,
}

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Self { stored: Narrow::default(), of: PhantomData }
    }
}

impl<T> From<Narrow> for Cells<T> {
    fn from(stored: Narrow) -> Self {
        Self { stored, of: PhantomData }
    }
}

impl<T: Whole> Cells<T> {
    /// So many missing cells.
    pub(super) fn missing(rows: usize) -> Self {
        let mut cells = Self::default();
        cells.stored.pad(rows);
        cells
    }

    /// The cell of a row; `None` where missing.
    #[inline]
    pub fn get(&self, row: usize) -> Option<T> {
        self.stored.get(row).and_then(|cell| T::try_from(cell).ok())
    }

    /// The cells as they are stored.
    pub fn stored(&self) -> &Narrow {
        &self.stored
    }

    pub(super) fn stored_mut(&mut self) -> &mut Narrow {
        &mut self.stored
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<T>> {
        (0..self.len()).map(|row| self.get(row))
    }

    pub fn len(&self) -> usize {
        self.stored.len()
    }

    pub fn is_empty(&self) -> bool {
        self.stored.is_empty()
    }

    pub(super) fn push(&mut self, cell: Option<T>) {
        self.stored.push(cell.map(T::into));
    }

    pub(super) fn set(&mut self, row: usize, cell: T) {
        self.stored.set(row, cell.into());
    }
}

impl<T: Whole> FromIterator<Option<T>> for Cells<T> {
    fn from_iter<I: IntoIterator<Item = Option<T>>>(cells: I) -> Self {
        cells.into_iter().map(|cell| cell.map(T::into)).collect::<Narrow>().into()
    }
}

/// Numbers as mantissas of one scale; where no one scale fits, each with its own.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    mantissas: Narrow,
    scale: u8,
    /// One per cell, or none at all.
    scales: Vec<u8>,
}

impl Numbers {
    /// The number of a row, in its shortest form.
    pub fn get(&self, row: usize) -> Option<Decimal> {
        let mantissa = self.mantissas.get(row)?;
        Some(shortest(Decimal { mantissa, scale: self.scales.get(row).copied().unwrap_or(self.scale) }))
    }

    /// The numbers as `mantissa / 10^scale`; `None` where they have no scale in common.
    pub fn scaled(&self) -> Option<(&Narrow, u8)> {
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
        let mantissa = number.map(|n| self.settled(n));
        self.mantissas.push(mantissa);
        if !self.scales.is_empty() {
            self.scales.push(number.map_or(0, |n| n.scale));
        }
    }

    /// Appends a number that need not be in its shortest form, where the column's scale is fit for it as it stands; `false` where it is not.
    #[inline]
    pub(super) fn push_fitting(&mut self, number: Decimal) -> bool {
        let number = if number.scale > self.scale { shortest(number) } else { number };
        let by = self.scale.checked_sub(number.scale).filter(|_| self.scales.is_empty());
        let Some(mantissa) = by.and_then(|by| raised(number.mantissa, by)) else { return false };
        self.mantissas.push(Some(mantissa));
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
        self.mantissas.append(after.mantissas);
        self.scales.append(&mut after.scales);
    }

    fn set(&mut self, row: usize, number: Decimal) {
        let mantissa = self.settled(number);
        self.mantissas.set(row, mantissa);
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
        if self.mantissas.iter().flatten().all(|m| raised(m, by).is_some()) {
            self.mantissas = self.mantissas.iter().map(|m| raised(m?, by)).collect();
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
#[inline]
fn raised(mantissa: i64, by: u8) -> Option<i64> {
    if by == 0 || mantissa == 0 {
        return Some(mantissa);
    }
    mantissa.checked_mul(10i64.checked_pow(u32::from(by))?).filter(|m| *m != i64::MIN)
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
            Self::Bool(cells) => cells.truncate(rows),
            Self::Number(Numbers { scales, .. }) => scales.truncate(rows),
            _ => {}
        }
        self.stored_mut().into_iter().for_each(|cells| cells.truncate(rows));
    }

    /// Whether a row's cell is stored as the one before it is: then it is the same. Numbers without a scale in common may be the same
    /// and be stored differently.
    pub(super) fn repeats(&self, row: usize) -> bool {
        let Some(before) = row.checked_sub(1) else { return false };
        match self {
            Self::Absent => true,
            Self::Number(cells) => cells.mantissas.repeats(row, before) && cells.scales.get(row) == cells.scales.get(before),
            Self::Bool(cells) => cells.get(row) == cells.get(before),
            Self::Text(_) | Self::Choice(_) | Self::Month(_) | Self::Date(_) => self.stored().is_some_and(|s| s.repeats(row, before)),
        }
    }

    /// The cells where they are stored as numbers, one for each value that they have.
    pub(super) fn stored(&self) -> Option<&Narrow> {
        match self {
            Self::Absent | Self::Bool(_) => None,
            Self::Number(cells) => cells.scaled().map(|(mantissas, _)| mantissas),
            Self::Text(cells) => Some(cells.codes().stored()),
            Self::Choice(cells) => Some(cells.stored()),
            Self::Month(cells) | Self::Date(cells) => Some(cells.stored()),
        }
    }

    /// The same, whatever else belongs to them.
    fn stored_mut(&mut self) -> Option<&mut Narrow> {
        match self {
            Self::Absent | Self::Bool(_) => None,
            Self::Number(cells) => Some(&mut cells.mantissas),
            Self::Text(cells) => Some(cells.codes_mut().stored_mut()),
            Self::Choice(cells) => Some(cells.stored_mut()),
            Self::Month(cells) | Self::Date(cells) => Some(cells.stored_mut()),
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
            (Self::Choice(cells), Self::Choice(more)) => cells.stored.append(more.stored),
            (Self::Month(cells), Self::Month(more)) | (Self::Date(cells), Self::Date(more)) => cells.stored.append(more.stored),
            _ => {}
        }
    }

    pub(super) fn retain(&mut self, keep: &[bool]) {
        let mut kept = keep.iter();
        let mut keeps = || kept.next().copied().unwrap_or(true);
        match self {
            Self::Bool(cells) => cells.retain(|_| keeps()),
            Self::Number(Numbers { scales, .. }) => scales.retain(|_| keeps()),
            _ => {}
        }
        self.stored_mut().into_iter().for_each(|cells| cells.retain(keep));
    }

    /// How many bytes the cells take.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Absent => 0,
            Self::Number(cells) => cells.mantissas.size() + cells.scales.len(),
            Self::Text(cells) => cells.size(),
            Self::Bool(cells) => cells.len(),
            Self::Choice(cells) => cells.stored.size(),
            Self::Month(cells) | Self::Date(cells) => cells.stored.size(),
        }
    }

    /// Adds missing cells up to `rows`.
    pub(super) fn pad(&mut self, rows: usize) {
        match self {
            Self::Bool(cells) => cells.resize(rows, None),
            Self::Number(Numbers { scales, .. }) if !scales.is_empty() => scales.resize(rows, 0),
            _ => {}
        }
        self.stored_mut().into_iter().for_each(|cells| cells.pad(rows));
    }

    /// Gives back the room that is needed for further rows only.
    pub(super) fn settle(&mut self) {
        match self {
            Self::Bool(cells) => cells.shrink_to_fit(),
            Self::Text(cells) => cells.settle(),
            _ => {}
        }
        self.stored_mut().into_iter().for_each(Narrow::settle);
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
        let (mantissas, scale) = column.scaled().unwrap();
        assert_eq!((mantissas.iter().collect::<Vec<_>>(), scale), (vec![Some(1200), None, Some(1250), Some(-3)], 2));
        let column: Numbers = [is(i64::MAX, 0), is(1, 1)].into_iter().collect();
        assert!(column.scaled().is_none());
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

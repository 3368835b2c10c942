//! Whole numbers, one per row, in as few bytes as the largest of them needs: tables of a whole nation then fit.

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use std::fmt;
use std::ops::Range;

/// Numbers of one, two, four or eight bytes each; the least of each kind stands for a missing one.
#[derive(Clone)]
pub enum Narrow {
    One(Vec<i8>),
    Two(Vec<i16>),
    Four(Vec<i32>),
    Eight(Vec<i64>),
}

/// How many bytes a number takes.
pub trait Width: Copy + Ord + Send {
    const MISSING: Self;
    const MOST: Self;

    /// The number; `None` where missing.
    fn wide(self) -> Option<i64>;

    /// The number in this width, where it has room.
    fn of(number: i64) -> Option<Self>;
}

macro_rules! widths {
    ($($width:ty),*) => {
        $(impl Width for $width {
            const MISSING: Self = Self::MIN;
            const MOST: Self = Self::MAX;

            #[inline]
            fn wide(self) -> Option<i64> {
                (self != Self::MISSING).then_some(i64::from(self))
            }

            #[inline]
            fn of(number: i64) -> Option<Self> {
                Self::try_from(number).ok().filter(|n| *n != Self::MISSING)
            }
        })*
    };
}

widths!(i8, i16, i32, i64);

/// The same done to the cells, whatever their width.
macro_rules! each {
    ($of:expr, $cells:ident => $do:expr) => {
        match $of {
            Narrow::One($cells) => $do,
            Narrow::Two($cells) => $do,
            Narrow::Four($cells) => $do,
            Narrow::Eight($cells) => $do,
        }
    };
}

impl Default for Narrow {
    fn default() -> Self {
        Self::One(Vec::new())
    }
}

impl Narrow {
    /// The number of a row; `None` where missing.
    #[inline]
    pub fn get(&self, row: usize) -> Option<i64> {
        each!(self, cells => cells.get(row).copied().and_then(Width::wide))
    }

    /// Adds the numbers of rows that stand together to `out`, `missing` for each that is missing; nothing for those beyond the last.
    pub fn add_to(&self, out: &mut Vec<i64>, rows: Range<usize>, missing: i64) {
        let rows = rows.start..rows.end.min(self.len());
        each!(self, cells => out.extend(cells.get(rows).unwrap_or_default().iter().map(|cell| cell.wide().unwrap_or(missing))));
    }

    /// Adds to `out` what `told` makes of whether the number of each of these rows lies within bounds, ends included; of `None` where it is
    /// missing.
    pub fn add_whether<T>(&self, out: &mut Vec<T>, rows: Range<usize>, (low, high): (i64, i64), told: impl Fn(Option<bool>) -> T) {
        fn add<W: Width, T>(out: &mut Vec<T>, cells: &[W], (low, high): (W, W), told: impl Fn(Option<bool>) -> T) {
            out.extend(cells.iter().map(|cell| told((*cell != W::MISSING).then_some((low <= *cell) & (*cell <= high)))));
        }
        /// The same bounds in this width; those that it has no room for leave out all numbers, or none.
        fn bounds<W: Width>(low: i64, high: i64) -> (W, W) {
            let most = W::of(high).unwrap_or(if high < 0 { W::MISSING } else { W::MOST });
            match W::of(low) {
                Some(low) => (low, most),
                None if low < 0 => (W::MISSING, most),
                None => (W::MOST, W::MISSING),
            }
        }
        let rows = rows.start..rows.end.min(self.len());
        each!(self, cells => add(out, cells.get(rows).unwrap_or_default(), bounds(low, high), told));
    }

    /// The sum of rows that stand together; `None` where one is missing or there is no room for it.
    pub fn sum(&self, rows: Range<usize>) -> Option<i64> {
        each!(self, cells => cells.get(rows)?.iter().try_fold(0i64, |sum, cell| sum.checked_add(cell.wide()?)))
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<i64>> {
        (0..self.len()).map(|row| self.get(row))
    }

    pub fn len(&self) -> usize {
        each!(self, cells => cells.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes they take.
    pub(super) fn size(&self) -> usize {
        each!(self, cells => size_of_val(cells.as_slice()))
    }

    /// Whether a row is stored as the one before it.
    pub(super) fn repeats(&self, row: usize, before: usize) -> bool {
        each!(self, cells => cells.get(row) == cells.get(before))
    }

    #[inline]
    pub(super) fn push(&mut self, number: Option<i64>) {
        #[inline]
        fn put<W: Width>(cells: &mut Vec<W>, number: Option<i64>) -> bool {
            let Some(cell) = number.map_or(Some(W::MISSING), W::of) else { return false };
            cells.push(cell);
            true
        }
        if !each!(self, cells => put(cells, number)) {
            self.push_wide(number);
        }
    }

    /// The same of a number that has no room in the present width.
    #[cold]
    fn push_wide(&mut self, number: Option<i64>) {
        let number = number.filter(|_| self.widen());
        self.push(number);
    }

    pub(super) fn set(&mut self, row: usize, number: i64) {
        fn put<W: Width>(cells: &mut [W], row: usize, number: i64) -> bool {
            let Some(place) = cells.get_mut(row) else { return true };
            let cell = W::of(number);
            *place = cell.unwrap_or(*place);
            cell.is_some()
        }
        while !each!(self, cells => put(cells, row, number)) && self.widen() {}
    }

    /// Twice the bytes for each; `false` where they have eight.
    fn widen(&mut self) -> bool {
        *self = match self {
            Self::One(cells) => Self::Two(cells.iter().map(|c| wider(*c)).collect()),
            Self::Two(cells) => Self::Four(cells.iter().map(|c| wider(*c)).collect()),
            Self::Four(cells) => Self::Eight(cells.iter().map(|c| wider(*c)).collect()),
            Self::Eight(_) => return false,
        };
        true
    }

    fn width(&self) -> usize {
        fn of<W: Width>(_: &[W]) -> usize {
            size_of::<W>()
        }
        each!(self, cells => of(cells))
    }

    /// Adds the numbers that follow.
    pub(super) fn append(&mut self, after: Self) {
        fn add<A: Width, B: Width>(cells: &mut Vec<A>, more: &[B]) {
            cells.extend(more.iter().map(|cell| wider::<B, A>(*cell)));
        }
        if self.is_empty() {
            *self = after;
            return;
        }
        while self.width() < after.width() && self.widen() {}
        match (self, &after) {
            (Self::One(cells), Self::One(more)) => cells.extend_from_slice(more),
            (Self::Two(cells), Self::Two(more)) => cells.extend_from_slice(more),
            (Self::Four(cells), Self::Four(more)) => cells.extend_from_slice(more),
            (cells, more) => each!(cells, cells => each!(more, more => add(cells, more))),
        }
    }

    /// Adds the numbers that follow, each as what stands at its place in `becomes`.
    pub(super) fn append_as(&mut self, after: &Self, becomes: &[u32]) {
        fn put<A: Width, B: Width>(cells: &mut Vec<A>, more: &[B], becomes: &[u32]) {
            let becomes: Vec<A> = becomes.iter().map(|n| A::of(i64::from(*n)).unwrap_or(A::MISSING)).collect();
            let of = |cell: &B| cell.wide().and_then(|number| becomes.get(usize::try_from(number).ok()?)).copied();
            cells.extend(more.iter().map(|cell| of(cell).unwrap_or(A::MISSING)));
        }
        let most = becomes.iter().max().copied().map_or(0, i64::from);
        while !each!(self, cells => fits(cells, most)) && self.widen() {}
        each!(self, cells => each!(after, more => put(cells, more, becomes)));
    }

    pub(super) fn truncate(&mut self, rows: usize) {
        each!(self, cells => cells.truncate(rows));
    }

    pub(super) fn retain(&mut self, keep: &[bool]) {
        let mut keep = keep.iter();
        each!(self, cells => cells.retain(|_| keep.next().copied().unwrap_or(true)));
    }

    /// Adds missing ones up to `rows`.
    pub(super) fn pad(&mut self, rows: usize) {
        each!(self, cells => cells.resize(rows, Width::MISSING));
    }

    /// Gives back the room that no number takes.
    pub(super) fn settle(&mut self) {
        each!(self, cells => cells.shrink_to_fit());
    }

    /// Of rows that stand together, those whose number is not that of the row before, besides those already told of.
    pub(super) fn changes(&self, rows: Range<usize>, told: &mut [bool]) {
        fn mark<W: Width>(cells: &[W], told: &mut [bool]) {
            for ((one, next), told) in cells.iter().zip(cells.get(1..).unwrap_or_default()).zip(told) {
                *told |= one != next;
            }
        }
        let Some(before) = rows.start.checked_sub(1) else {
            if let Some((first, rest)) = told.split_first_mut() {
                *first = true;
                each!(self, cells => mark(cells.get(rows).unwrap_or_default(), rest));
            }
            return;
        };
        each!(self, cells => mark(cells.get(before..rows.end).unwrap_or_default(), told));
    }

    /// Mixes the number of each of these rows into what is there for it; `false` where one is missing.
    pub(super) fn mix(&self, rows: Range<usize>, mixed: &mut [u64]) -> bool {
        let mut is_whole = true;
        each!(self, cells => {
            for (mixed, cell) in mixed.iter_mut().zip(cells.get(rows).unwrap_or_default()) {
                let number = cell.wide();
                is_whole &= number.is_some();
                *mixed = mixed.rotate_left(24) ^ number.unwrap_or_default().cast_unsigned();
            }
        });
        is_whole
    }

    /// So many numbers below `limit`, worked out in chunks by all processors: `work` gets the rows of a chunk and where to put their numbers, in
    /// order, each with how many rows have it. Also gives what else it makes of the chunks.
    pub(super) fn in_chunks<M: Send>(
        (rows, limit, chunk): (usize, usize, usize),
        work: impl Fn(Range<usize>, &mut dyn FnMut(Option<u32>, usize)) -> M + Sync,
    ) -> (Self, Vec<M>) {
        fn fill<W: Width, M: Send>(
            (rows, chunk): (usize, usize),
            work: impl Fn(Range<usize>, &mut dyn FnMut(Option<u32>, usize)) -> M + Sync,
        ) -> (Vec<W>, Vec<M>) {
            let mut cells = vec![W::MISSING; rows];
            let of_chunk = |(at, cells): (usize, &mut [W])| {
                let rows = at * chunk..at * chunk + cells.len();
                let mut places = cells;
                work(rows, &mut |number, count| {
                    let (now, later) = std::mem::take(&mut places).split_at_mut_checked(count).unwrap_or_default();
                    now.fill(number.and_then(|n| W::of(i64::from(n))).unwrap_or(W::MISSING));
                    places = later;
                })
            };
            let made = cells.par_chunks_mut(chunk).enumerate().map(of_chunk).collect();
            (cells, made)
        }
        let size = (rows, chunk);
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        if i8::of(most).is_some() {
            let (cells, made) = fill(size, work);
            (Self::One(cells), made)
        } else if i16::of(most).is_some() {
            let (cells, made) = fill(size, work);
            (Self::Two(cells), made)
        } else if i32::of(most).is_some() {
            let (cells, made) = fill(size, work);
            (Self::Four(cells), made)
        } else {
            let (cells, made) = fill(size, work);
            (Self::Eight(cells), made)
        }
    }
}

fn fits<W: Width>(_: &[W], number: i64) -> bool {
    W::of(number).is_some()
}

/// The same number in at least as many bytes.
fn wider<A: Width, B: Width>(cell: A) -> B {
    cell.wide().and_then(B::of).unwrap_or(B::MISSING)
}

/// The numbers themselves: the same ones may be stored in several ways.
impl fmt::Debug for Narrow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Narrow {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Narrow {}

impl FromIterator<Option<i64>> for Narrow {
    fn from_iter<I: IntoIterator<Item = Option<i64>>>(numbers: I) -> Self {
        let mut found = Self::default();
        numbers.into_iter().for_each(|number| found.push(number));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGES: [i64; 15] =
        [0, 1, -1, 127, -127, 128, -128, 32_767, -32_768, 32_768, 2_147_483_647, -2_147_483_648, 2_147_483_648, i64::MAX, i64::MIN + 1];

    fn list(numbers: &Narrow) -> Vec<Option<i64>> {
        numbers.iter().collect()
    }

    #[test]
    fn numbers_of_any_width_come_back_as_they_were() {
        for first in EDGES {
            for second in EDGES {
                let wanted = [Some(first), None, Some(second)];
                let mut numbers: Narrow = wanted.into_iter().collect();
                assert_eq!(list(&numbers), wanted);
                let mut added = vec![first];
                numbers.add_to(&mut added, 1..9, 7);
                numbers.add_to(&mut added, 9..12, 7);
                assert_eq!(added, [first, 7, second]);
                for (low, high) in EDGES.into_iter().flat_map(|low| EDGES.map(|high| (low, high))) {
                    let mut told = Vec::new();
                    numbers.add_whether(&mut told, 0..9, (low, high), |within| within);
                    assert_eq!(told, wanted.map(|n| n.map(|n| low <= n && n <= high)), "{low} {high}");
                }
                assert_eq!(
                    (numbers.sum(0..1), numbers.sum(2..3), numbers.sum(1..3), numbers.sum(0..0)),
                    (Some(first), Some(second), None, Some(0))
                );
                assert_eq!([Some(first), Some(second)].into_iter().collect::<Narrow>().sum(0..2), first.checked_add(second));
                numbers.set(1, second);
                numbers.set(5, second);
                assert_eq!(list(&numbers), [Some(first), Some(second), Some(second)]);
                assert_eq!((numbers.repeats(2, 1), numbers.repeats(1, 0)), (true, first == second));
                let mut joined: Narrow = [Some(first), None].into_iter().collect();
                joined.append([None, Some(second)].into_iter().collect());
                joined.pad(5);
                assert_eq!(list(&joined), [Some(first), None, None, Some(second), None]);
                joined.retain(&[false, true, true, true]);
                joined.truncate(3);
                assert_eq!(list(&joined), [None, None, Some(second)]);
            }
        }
        assert!(matches!([Some(127), None, Some(-127)].into_iter().collect(), Narrow::One(_)));
        assert!(matches!([Some(-128)].into_iter().collect(), Narrow::Two(_)));
        let mut least = Narrow::default();
        least.push(Some(i64::MIN));
        assert_eq!(list(&least), [None]);
    }

    #[test]
    fn numbers_are_appended_as_others() {
        let mut numbers: Narrow = [Some(1)].into_iter().collect();
        numbers.append_as(&[Some(1), None, Some(0), Some(2)].into_iter().collect(), &[5, 70_000, 6]);
        assert_eq!(list(&numbers), [Some(1), Some(70_000), None, Some(5), Some(6)]);
    }

    #[test]
    fn changes_are_found_whatever_the_rows() {
        let numbers: Narrow = [Some(1), Some(1), None, None, Some(300), Some(300), Some(1)].into_iter().collect();
        let wanted = [true, false, true, false, true, false, true];
        for start in 0..wanted.len() {
            for end in start..=wanted.len() {
                let mut told = vec![false; end - start];
                numbers.changes(start..end, &mut told);
                assert_eq!(told, wanted[start..end], "{start}..{end}");
            }
        }
        let mut mixed = [1, 0, 3];
        assert!(numbers.mix(4..7, &mut mixed));
        assert_eq!(mixed, [1 << 24 ^ 300, 300, 3 << 24 ^ 1]);
        assert!(!numbers.mix(1..4, &mut mixed));
    }

    #[test]
    fn chunks_are_put_in_order() {
        for limit in [9, 200, 40_000, 3_000_000_000] {
            let (numbers, ends) = Narrow::in_chunks((10, limit, 3), |rows, put| {
                rows.clone().for_each(|row| put(u32::try_from(row).ok().filter(|r| r % 4 != 1), 1));
                rows.end
            });
            assert!(numbers.iter().eq((0..10).map(|row| Some(row).filter(|r| r % 4 != 1))));
            assert_eq!(ends, [3, 6, 9, 10]);
            let (numbers, _) = Narrow::in_chunks((10, limit, 4), |rows, put| {
                put(None, 1);
                put(Some(7), rows.len() - 1);
                put(Some(8), 1);
            });
            assert!(numbers.iter().eq((0..10).map(|row| Some(7).filter(|_| row % 4 != 0))));
        }
    }
}

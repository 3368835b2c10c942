//! Words that mostly come in order, as codes do: which of them one is, or that it is new, is found without a table of all.

use super::texts::Words;

/// Words that are sought at least, and runs that are kept at most, before the order is given up.
const SOUGHT: usize = 64;
const RUNS: usize = 1 << 13;

/// Runs of words: those of one are in order and have numbers that follow one another, and no word of another run stands between them.
#[derive(Debug, Clone, Default)]
pub(super) struct Order {
    /// The first and the last number of each, in the order of their words.
    runs: Vec<(u32, u32)>,
    /// The run of the newest word.
    newest: usize,
    /// How many words did not come behind the newest.
    sought: usize,
    is_lost: bool,
}

/// What is known of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    As(u32),
    /// It is to be the next word.
    New,
    /// Words come in no order.
    Unclear,
}

impl Order {
    /// Whether words come in no order.
    pub fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// What is known of a word, where these are all before it.
    pub fn find(&mut self, text: &str, words: &Words) -> Known {
        if self.is_lost {
            return Known::Unclear;
        }
        let (next, text) = (words.len(), Some(text));
        let end = self.runs.get(self.newest + 1).map(|(first, _)| *first);
        if let Some((_, last)) = self.runs.get_mut(self.newest)
            && words.get(*last) < text
            && end.is_none_or(|first| text < words.get(first))
        {
            *last = next;
            return Known::New;
        }
        self.sought += 1;
        if self.sought > SOUGHT + next as usize / 16 || self.runs.len() > RUNS {
            *self = Self { is_lost: true, ..Self::default() };
            return Known::Unclear;
        }
        self.seek(text, words, next)
    }

    /// The same of a word that does not come behind the newest.
    fn seek(&mut self, text: Option<&str>, words: &Words, next: u32) -> Known {
        let mut place = self.runs.partition_point(|(first, _)| words.get(*first) <= text);
        if let Some((first, last)) = place.checked_sub(1).and_then(|run| self.runs.get_mut(run)) {
            let (mut from, mut to) = (*first, last.saturating_add(1));
            while from < to {
                let middle = u32::midpoint(from, to);
                (from, to) = if words.get(middle) <= text { (middle + 1, to) } else { (from, middle) };
            }
            // The first of the run is not greater.
            let before = from.saturating_sub(1);
            if words.get(before) == text {
                return Known::As(before);
            }
            let rest = (from, std::mem::replace(last, before));
            if rest.0 <= rest.1 {
                self.runs.insert(place, rest);
            }
        }
        place = place.min(self.runs.len());
        self.runs.insert(place, (next, next));
        self.newest = place;
        Known::New
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of words, and whether they came in an order.
    fn numbers(texts: &[&str]) -> (Vec<u32>, bool) {
        let (mut words, mut order) = (Words::default(), Order::default());
        let mut number = |text: &&str| match order.find(text, &words) {
            Known::As(number) => number,
            Known::New => words.add(text),
            Known::Unclear => u32::MAX,
        };
        (texts.iter().map(&mut number).collect(), !order.is_lost())
    }

    #[test]
    fn words_of_runs_are_told_apart() {
        let texts = ["c1", "c2", "c4", "a1", "a2", "c2", "c3", "c3", "c5", "a3", "c6", "b", "a0", "a2", "c4", "c1", "c5"];
        let (found, is_ordered) = numbers(&texts);
        assert_eq!(found, [0, 1, 2, 3, 4, 1, 5, 5, 6, 7, 8, 9, 10, 4, 2, 0, 6]);
        assert!(is_ordered);
    }

    #[test]
    fn an_order_that_is_none_is_given_up() {
        let texts: Vec<String> = (0..200).map(|i| format!("{}", i * 7919 % 1009)).collect();
        let (found, is_ordered) = numbers(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(!is_ordered && found.last() == Some(&u32::MAX));
        let known: Vec<u32> = found.into_iter().filter(|number| *number != u32::MAX).collect();
        assert!(known.iter().copied().eq(0..u32::try_from(known.len()).unwrap()));
    }
}

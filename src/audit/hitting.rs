//! The least sets of causes that explain every failure: each failure has several possible causes, and one of them must be wrong.

use std::collections::{BTreeMap, BTreeSet};

/// How many failures that hang together are searched exactly.
pub(super) const FAILURES: usize = 200;
/// How many steps a search may take.
pub(super) const STEPS: usize = 200_000;
/// How many equally small sets are kept.
const SETS: usize = 12;

/// The least sets found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Least {
    /// All of one size, each in order.
    pub sets: Vec<Vec<usize>>,
    /// Whether no smaller one exists.
    pub proven: bool,
    /// Whether there are more of this size than are kept.
    pub more: bool,
}

/// The least sets of causes that touch every failure; a failure without causes is left out.
pub(super) fn least(failures: &[BTreeSet<usize>]) -> Least {
    let failures: Vec<&BTreeSet<usize>> = failures.iter().filter(|f| !f.is_empty()).collect();
    let greedy = greedily(&failures);
    if failures.len() > FAILURES {
        let proven = greedy.len() <= disjoint(&failures, &BTreeSet::new());
        return Least { sets: vec![greedy], proven, more: false };
    }
    let bound = disjoint(&failures, &BTreeSet::new());
    let mut search = Search { failures, best: greedy.len(), found: Vec::new(), more: false, steps: 0 };
    search.choose(&mut Vec::new(), &BTreeSet::new());
    let exhausted = search.steps >= STEPS;
    let proven = !exhausted || search.best <= bound;
    let mut sets = search.found;
    if sets.is_empty() {
        sets.push(greedy);
    }
    sets.sort();
    Least { sets, proven, more: search.more || exhausted }
}

/// Takes the cause of most failures until none is left.
fn greedily(failures: &[&BTreeSet<usize>]) -> Vec<usize> {
    let mut left: Vec<&BTreeSet<usize>> = failures.to_vec();
    let mut chosen = Vec::new();
    while !left.is_empty() {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for cause in left.iter().flat_map(|f| f.iter()) {
            *counts.entry(*cause).or_default() += 1;
        }
        let Some((cause, _)) = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))) else { break };
        left.retain(|f| !f.contains(&cause));
        chosen.push(cause);
    }
    chosen.sort_unstable();
    chosen
}

/// How many failures share no cause, the shortest first: so many causes there must be.
fn disjoint(failures: &[&BTreeSet<usize>], forbidden: &BTreeSet<usize>) -> usize {
    let mut order: Vec<&&BTreeSet<usize>> = failures.iter().collect();
    order.sort_by_key(|f| f.len());
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut count = 0;
    for failure in order {
        if failure.iter().all(|c| forbidden.contains(c) || !seen.contains(c)) {
            seen.extend(failure.iter());
            count += 1;
        }
    }
    count
}

struct Search<'f> {
    failures: Vec<&'f BTreeSet<usize>>,
    best: usize,
    found: Vec<Vec<usize>>,
    more: bool,
    steps: usize,
}

impl Search<'_> {
    fn choose(&mut self, chosen: &mut Vec<usize>, forbidden: &BTreeSet<usize>) {
        self.steps += 1;
        if self.steps >= STEPS {
            return;
        }
        let left: Vec<&BTreeSet<usize>> = self.failures.iter().copied().filter(|f| !chosen.iter().any(|c| f.contains(c))).collect();
        if left.is_empty() {
            return self.keep(chosen);
        }
        let bound = chosen.len() + disjoint(&left, forbidden);
        if bound > self.best || bound == self.best && self.found.len() >= SETS {
            self.more |= bound == self.best;
            return;
        }
        let open = |f: &BTreeSet<usize>| f.iter().filter(|c| !forbidden.contains(c)).copied().collect::<Vec<usize>>();
        let Some(causes) = left.iter().map(|f| open(f)).min_by_key(Vec::len) else { return };
        // Each cause is tried without those before it, so that no set is found twice.
        let mut forbidden = forbidden.clone();
        for cause in causes {
            chosen.push(cause);
            self.choose(chosen, &forbidden);
            chosen.pop();
            forbidden.insert(cause);
        }
    }

    fn keep(&mut self, chosen: &[usize]) {
        if chosen.len() < self.best {
            self.best = chosen.len();
            self.found.clear();
            self.more = false;
        }
        let mut set = chosen.to_vec();
        set.sort_unstable();
        if self.found.len() < SETS { self.found.push(set) } else { self.more = true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(failures: &[&[usize]]) -> Least {
        least(&failures.iter().map(|f| f.iter().copied().collect()).collect::<Vec<_>>())
    }

    #[test]
    fn one_cause_explains_several_failures() {
        assert_eq!(of(&[&[1, 2], &[2, 3], &[2, 4]]), Least { sets: vec![vec![2]], proven: true, more: false });
    }

    #[test]
    fn equally_small_sets_are_all_named() {
        assert_eq!(of(&[&[1, 2], &[3, 4]]).sets, [[1, 3], [1, 4], [2, 3], [2, 4]]);
        assert_eq!(of(&[&[1, 2, 3]]).sets, [[1], [2], [3]]);
    }

    #[test]
    fn the_greedy_choice_is_not_always_least() {
        // Taking 9 first needs three.
        let found = of(&[&[1, 9], &[1, 9], &[1], &[2, 9], &[2, 9], &[2]]);
        assert_eq!((found.sets, found.proven), (vec![vec![1, 2]], true));
    }

    #[test]
    fn more_than_can_be_searched_is_said_to_be_unproven() {
        let many: Vec<BTreeSet<usize>> = (0..FAILURES + 1).map(|i| BTreeSet::from([i, i + 1, 10_000])).collect();
        let found = least(&many);
        assert_eq!((found.sets.clone(), found.proven), (vec![vec![10_000]], true), "one cause needs no proof");
        // A ring of odd length: half of it, rounded up, but disjoint failures show only the half rounded down.
        let ring: Vec<BTreeSet<usize>> = (0..301).map(|i| BTreeSet::from([i, (i + 1) % 301])).collect();
        assert!(!least(&ring).proven);
    }

    #[test]
    fn nothing_fails_nothing_is_wrong() {
        assert_eq!(of(&[]), Least { sets: vec![vec![]], proven: true, more: false });
    }
}

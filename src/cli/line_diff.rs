//! Two texts side by side, line by line.

use std::fmt::Write;

/// The most cells of the table of common lines; larger changes are shown as one piece.
const MAX_CELLS: usize = 4_000_000;

/// The lines that differ, `-` the old ones and `+` the new ones, each run under its line number in the old text.
pub fn line_diff(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let old_part = old.get(head..old.len() - tail).unwrap_or(&[]);
    let new_part = new.get(head..new.len() - tail).unwrap_or(&[]);
    let mut out = String::new();
    let mut in_run = false;
    let mut number = head;
    for step in steps(old_part, new_part) {
        let (sign, line) = match step {
            Step::Keep => {
                in_run = false;
                number += 1;
                continue;
            }
            Step::Drop(line) => ('-', line),
            Step::Add(line) => ('+', line),
        };
        if !in_run {
            let _ = writeln!(out, "第 {} 行", number + 1);
            in_run = true;
        }
        let _ = writeln!(out, "{sign} {line}");
        number += usize::from(sign == '-');
    }
    out
}

enum Step<'a> {
    Keep,
    Drop(&'a str),
    Add(&'a str),
}

/// The fewest lines dropped and added, by the longest common subsequence.
fn steps<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Step<'a>> {
    if old.len().saturating_mul(new.len()) > MAX_CELLS {
        return old.iter().map(|l| Step::Drop(l)).chain(new.iter().map(|l| Step::Add(l))).collect();
    }
    // `common` of row i holds, for each j, how many lines old[i..] and new[j..] share.
    let mut common: Vec<Vec<usize>> = vec![vec![0; new.len() + 1]];
    for line in old.iter().rev() {
        let below = common.last().cloned().unwrap_or_default();
        let mut row = vec![0; new.len() + 1];
        for (j, other) in new.iter().enumerate().rev() {
            let at = |r: &[usize], j: usize| r.get(j).copied().unwrap_or(0);
            let best = if line == other { at(&below, j + 1) + 1 } else { at(&below, j).max(at(&row, j + 1)) };
            if let Some(cell) = row.get_mut(j) {
                *cell = best;
            }
        }
        common.push(row);
    }
    common.reverse();
    let at = |i: usize, j: usize| common.get(i).and_then(|r| r.get(j)).copied().unwrap_or(0);
    let (mut i, mut j) = (0, 0);
    let mut steps = Vec::new();
    loop {
        match (old.get(i), new.get(j)) {
            (None, None) => return steps,
            (Some(a), Some(b)) if a == b => {
                steps.push(Step::Keep);
                i += 1;
                j += 1;
            }
            (Some(a), b) if b.is_none() || at(i + 1, j) >= at(i, j + 1) => {
                steps.push(Step::Drop(a));
                i += 1;
            }
            (_, Some(b)) => {
                steps.push(Step::Add(b));
                j += 1;
            }
            (Some(a), None) => {
                steps.push(Step::Drop(a));
                i += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line_diff;

    #[test]
    fn only_what_differs_is_shown() {
        assert_eq!(line_diff("a\nb\nc\nd", "a\nB\nc\nd"), "第 2 行\n- b\n+ B\n");
        assert_eq!(line_diff("a\nb\nc", "a\nc\nd"), "第 2 行\n- b\n第 4 行\n+ d\n");
        assert_eq!(line_diff("a\na", "a"), "第 2 行\n- a\n");
        assert_eq!(line_diff("x", "x"), "");
    }
}

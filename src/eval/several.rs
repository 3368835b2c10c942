//! Rows judged by several parts of which so many must be met, the rest by a floor.

use super::check::{is_constant, nameless, shown, unit_name};
use super::context::{Context, Frame};
use super::outcome::{CheckOutcome, Failure, PartCount, PartFailure, Relieved};
use super::truth::Truth;
use super::value::Gaps;
use crate::plan::{Part, Relief, Rows};

/// How one row stands in one part.
pub(super) struct Standing<'p> {
    pub met: Truth,
    /// Whether it reaches the floor.
    pub floor: Truth,
    /// The relief that it takes.
    pub relief: Option<&'p Relief>,
    /// The two truths without reliefs.
    plain: (Truth, Truth),
}

impl Context<'_> {
    /// Judges every row by its parts.
    pub(super) fn several(&self, rows: &Rows, (least, asked): (usize, &Vec<Part>), frame: Frame<'_>, outcome: &mut CheckOutcome) {
        let parts = asked.as_slice();
        outcome.parts = parts.iter().map(|p| self.part_count(p, frame)).collect();
        let (open, mut tally) = self.screen(rows, asked, frame, |met| {
            outcome.parts.iter_mut().enumerate().for_each(|(bit, count)| count.add_clear(met >> bit & 1 == 1));
        });
        for member in &open {
            if let Some(gaps) = &member.unknown {
                tally.add(Truth::Unknown(gaps.as_ref().clone()));
                continue;
            }
            let at = frame.at(rows.table, member.row);
            let (standings, truth) = self.row_by_parts(parts, least, at);
            for (count, standing) in outcome.parts.iter_mut().zip(&standings) {
                count.add(standing);
            }
            if truth.holds() && standings.iter().any(|s| s.relief.is_some()) {
                let plain = of_all(standings.iter().map(|s| (&s.plain.0, &s.plain.1)), least);
                let used = parts.iter().zip(&standings).filter(|_| !plain.holds());
                outcome.reliefs.extend(used.filter_map(|(part, standing)| {
                    let used = self.used_by_row(self.use_of(standing.relief?, &part.judged, at), rows.table, member.row);
                    Some(Relieved { part: Some(part.label.clone()), ..used })
                }));
            }
            if truth.fails() {
                let mut failure = self.parts_failure(parts, &standings, least, at);
                self.name_row(&mut failure, rows.table, member.row);
                tally.failures.push(failure);
            }
            tally.add(truth);
        }
        outcome.threshold = Some(format!("≥ {least}").into());
        outcome.unit = Some("项".into());
        let count = tally.count();
        self.close(tally, count, rows, None, outcome);
    }

    /// How a row stands in each part, and whether that is enough.
    pub(super) fn row_by_parts<'p>(&self, parts: &'p [Part], least: usize, at: Frame<'_>) -> (Vec<Standing<'p>>, Truth) {
        let standings: Vec<Standing<'_>> = parts.iter().map(|p| self.standing(p, at)).collect();
        let truth = of_all(standings.iter().map(|s| (&s.met, &s.floor)), least);
        (standings, truth)
    }

    /// Whether a row meets enough of several parts.
    pub fn ruled_by_parts(&self, parts: &[Part], least: usize, frame: Frame<'_>) -> Truth {
        self.row_by_parts(parts, least, frame).1
    }

    fn standing<'p>(&self, part: &'p Part, frame: Frame<'_>) -> Standing<'p> {
        let (met, relief) = self.ruling(&part.judged, frame);
        let plain_floor = part.floor.as_ref().map_or(Truth::True, |f| self.truth(&f.condition, frame));
        let mut floor = plain_floor.clone();
        if !plain_floor.holds() {
            let relieved = part.judged.reliefs.iter().map(|r| self.granted(r, r.floor.as_ref().map(|f| &f.condition), frame));
            floor = Truth::any(std::iter::once(floor).chain(relieved));
        }
        let plain = if relief.is_some() { self.truth(&part.judged.condition, frame) } else { met.clone() };
        Standing { met, floor, relief, plain: (plain, plain_floor) }
    }

    fn part_count(&self, part: &Part, frame: Frame<'_>) -> PartCount {
        let comparison = part.judged.comparison.as_ref();
        PartCount {
            label: part.label.clone(),
            rule: part.rule.clone(),
            threshold: comparison.filter(|c| is_constant(&c.threshold)).and_then(|c| self.threshold(c, frame)),
            unit: comparison.and_then(|c| unit_name(&c.unit)),
            places: self.places(comparison),
            met: 0,
            not_met: 0,
            undetermined: 0,
            below_floor: part.floor.as_ref().map(|_| 0),
        }
    }

    /// A row that fails: how many parts it meets, and each that it does not.
    fn parts_failure(&self, parts: &[Part], standings: &[Standing<'_>], least: usize, frame: Frame<'_>) -> Failure {
        let met = standings.iter().filter(|s| s.met.holds()).count();
        let open = standings.iter().any(|s| matches!(s.met, Truth::Unknown(_)));
        let missed = parts.iter().zip(standings).filter(|(_, s)| s.met.fails() || s.floor.fails());
        Failure {
            // With parts unknown, how many are met is not known either.
            value: (!open).then(|| met.to_string()),
            threshold: Some(format!("≥ {least}").into()),
            parts: missed.map(|(part, standing)| self.part_failure(part, standing, frame)).collect(),
            ..nameless()
        }
    }

    pub(super) fn part_failure(&self, part: &Part, standing: &Standing<'_>, frame: Frame<'_>) -> PartFailure {
        let comparison = part.judged.comparison.as_ref();
        let floor = part.floor.as_ref().zip(comparison);
        let shortfall = comparison.and_then(|c| self.shortfall(c, frame));
        PartFailure {
            label: part.label.clone(),
            value: comparison.and_then(|c| shown(&self.value(&c.value, frame), &c.unit)),
            threshold: comparison.and_then(|c| self.threshold(c, frame)),
            unit: comparison.and_then(|c| unit_name(&c.unit)),
            places: self.places(comparison),
            floor: floor.and_then(|(f, c)| Some(format!("{} {}", f.op.sign(), shown(&self.value(&f.threshold, frame), &c.unit)?).into())),
            below_floor: standing.floor.fails(),
            shortfall: shortfall.as_ref().map(|(amount, _)| amount.clone()),
            shortfall_unit: shortfall.map(|(_, unit)| unit),
        }
    }
}

impl PartCount {
    /// A row that surely meets the part or surely does not, and reaches the floor.
    fn add_clear(&mut self, met: bool) {
        if met { self.met += 1 } else { self.not_met += 1 }
    }

    fn add(&mut self, standing: &Standing<'_>) {
        match &standing.met {
            Truth::True | Truth::Vacuous => self.met += 1,
            Truth::False => self.not_met += 1,
            Truth::Unknown(_) => self.undetermined += 1,
        }
        if standing.floor.fails()
            && let Some(below) = &mut self.below_floor
        {
            *below += 1;
        }
    }
}

/// Whether enough parts are met and none is below its floor; parts are given as (met, reaches the floor).
fn of_all<'t>(parts: impl Iterator<Item = (&'t Truth, &'t Truth)>, least: usize) -> Truth {
    let (met, floors): (Vec<&Truth>, Vec<&Truth>) = parts.unzip();
    Truth::all(std::iter::once(enough(&met, least)).chain(floors.into_iter().cloned()))
}

/// Whether at least so many parts are met: not known only where the unknown ones could decide.
fn enough(parts: &[&Truth], least: usize) -> Truth {
    let met = parts.iter().filter(|t| t.holds()).count();
    let mut gaps = Gaps::new();
    let mut open = 0;
    for part in parts {
        if let Truth::Unknown(more) = part {
            open += 1;
            gaps.extend(more.iter().cloned());
        }
    }
    if met >= least {
        let vacuous = parts.iter().all(|t| **t == Truth::Vacuous);
        if vacuous { Truth::Vacuous } else { Truth::True }
    } else if met + open < least {
        Truth::False
    } else {
        Truth::Unknown(gaps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truths(signs: &str) -> Vec<Truth> {
        let truth = |c| match c {
            '+' => Truth::True,
            '-' => Truth::False,
            _ => Truth::Unknown(Gaps::new()),
        };
        signs.chars().map(truth).collect()
    }

    #[test]
    fn what_is_missing_matters_only_where_it_could_decide() {
        for (signs, least, wanted) in [
            ("+++-", 3, Truth::True),
            ("+++?", 3, Truth::True),
            ("++?-", 3, Truth::Unknown(Gaps::new())),
            ("+?--", 3, Truth::False),
            ("????", 3, Truth::Unknown(Gaps::new())),
            ("----", 1, Truth::False),
        ] {
            assert_eq!(enough(&truths(signs).iter().collect::<Vec<_>>(), least), wanted, "{signs}");
        }
    }
}

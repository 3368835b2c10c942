//! Grades of a verdict, and what holds of those that subjects belong to: one subject that fails decides.

use super::check::verdict;
use super::context::{Context, Frame};
use super::outcome::{GroupOutcome, GroupSubject, Verdict};
use super::score;
use super::truth::Truth;
use crate::plan::Grade;
use crate::value::Text;

impl Context<'_> {
    /// The grades that are possible, the best first: one where it is decided.
    pub(super) fn grades(&self, grades: &[Grade], frame: Frame<'_>) -> Vec<String> {
        let mut possible = Vec::new();
        for grade in grades {
            let truth = grade.condition.as_ref().map_or(Truth::True, |c| self.truth(c, frame));
            if verdict(&truth) != Verdict::NotMet {
                possible.push(grade.label.clone());
            }
            if truth.holds() {
                break;
            }
        }
        possible
    }

    /// The subjects summed up by what they belong to, in the order of first appearance.
    pub(super) fn superiors(&self, subjects: &[(u32, GroupSubject)]) -> Vec<GroupOutcome> {
        let (table, Some(field)) = (self.plan.subject.table, self.plan.subject.superior) else { return Vec::new() };
        let mut groups: Vec<GroupOutcome> = Vec::new();
        for (row, subject) in subjects {
            let code = self.shown(table, *row, field);
            let one = subject.clone();
            match groups.iter_mut().find(|g| g.code == code) {
                Some(group) => group.subjects.push(one),
                None => groups.push(GroupOutcome {
                    name: self.superior_name(*row).or_else(|| code.clone()),
                    code,
                    verdict: Verdict::Undetermined,
                    verdict_text: Text::default(),
                    met: 0,
                    not_met: 0,
                    undetermined: 0,
                    subjects: vec![one],
                }),
            }
        }
        for group in &mut groups {
            let count = |wanted| group.subjects.iter().filter(|s| s.verdict == wanted).count();
            (group.met, group.not_met, group.undetermined) = (count(Verdict::Met), count(Verdict::NotMet), count(Verdict::Undetermined));
            // Subjects of which it is not known what they belong to are no whole.
            group.verdict = match score::all(group.subjects.iter().map(|s| s.verdict)) {
                _ if group.code.is_none() => Verdict::Undetermined,
                decided => decided,
            };
            group.verdict_text = self.verdict_word(group.verdict);
        }
        groups
    }

    /// The standard's own word for a verdict.
    pub(super) fn verdict_word(&self, verdict: Verdict) -> Text {
        let word = self.plan.verdict.as_ref().map(|v| match verdict {
            Verdict::Met => v.met.clone(),
            Verdict::NotMet => v.not_met.clone(),
            Verdict::Undetermined => v.undetermined.clone(),
        });
        word.unwrap_or_default()
    }

    /// What a person calls what the subject belongs to, where that is a row with a name.
    fn superior_name(&self, row: u32) -> Option<String> {
        let (table, field) = (self.plan.subject.table, self.plan.subject.superior?);
        let references = &self.table(table)?.references;
        let index = references.iter().position(|r| r.fields.as_slice() == [field])?;
        let (at, row) = self.follow(table, row, &[crate::plan::ReferenceId(index)]).ok()?;
        self.shown(at, row, self.table(at)?.display?)
    }
}

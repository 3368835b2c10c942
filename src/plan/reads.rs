//! Which fields an item's rules read: those of its conditions, populations, definitions, of the judgements or events it is judged by.

use super::{Check, CheckKind, Expr, Extent, FieldId, Item, Judged, NatureKind, Plan, PopulationId, Rows, TableId};
use crate::value::Text;
use std::collections::BTreeSet;

/// Fields, each with its table.
pub type Reads = BTreeSet<(TableId, FieldId)>;

/// What the item reads. Keys and references that only lead from row to row are not told.
pub fn reads(plan: &Plan, item: &Item) -> Reads {
    let mut reader = Reader { plan, found: Reads::new() };
    item.checks.iter().for_each(|check| reader.check(check));
    item.cross_checks.iter().for_each(|cross| reader.expr(&cross.condition));
    reader.found
}

impl Plan {
    /// Who answers for an item, as spelled in the document: its own departments, else those of what it belongs to.
    pub fn responsible(&self, id: &str) -> &[Text] {
        let own = self.items().find(|i| i.id == id).map_or(&[][..], |i| &i.departments);
        if !own.is_empty() {
            return own;
        }
        let of_kind = |kind| self.natures.iter().find(|n| n.kind == kind).map_or(&[][..], |n| &n.departments[..]);
        if self.vetoes.iter().any(|v| v.id == id) {
            return of_kind(NatureKind::Veto);
        }
        if self.qualifications.iter().any(|q| q.id == id) {
            return of_kind(NatureKind::Qualification);
        }
        self.indicators.iter().find(|i| i.points.iter().any(|p| p.id == id)).map_or(&[][..], |i| &i.departments)
    }
}

struct Reader<'p> {
    plan: &'p Plan,
    found: Reads,
}

impl Reader<'_> {
    fn check(&mut self, check: &Check) {
        match &check.kind {
            CheckKind::Condition(judged) | CheckKind::Trigger(judged) => self.judged(judged),
            CheckKind::Each { rows, judged } => {
                self.rows(rows);
                self.judged(judged);
            }
            CheckKind::Several { rows, parts, .. } => {
                self.rows(rows);
                parts.iter().for_each(|p| self.judged(&p.judged));
            }
            CheckKind::Group { rows, keys, having, judged } => {
                self.rows(rows);
                keys.iter().for_each(|k| self.expr(&k.value));
                having.iter().for_each(|h| self.expr(h));
                self.judged(judged);
            }
            CheckKind::Points { value } => self.expr(value),
            CheckKind::Judgement { .. } => {
                let from = self.plan.judgements.as_ref();
                let fields = from.map(|j| (j.table, [Some(j.item), j.round, j.conclusion, j.score, j.evidence]));
                self.fields(fields);
            }
            CheckKind::Event => {
                let from = self.plan.events.as_ref();
                let fields = from.map(|e| (e.table, [Some(e.item), e.round, Some(e.exists), e.description, None]));
                self.fields(fields);
            }
        }
    }

    fn fields(&mut self, fields: Option<(TableId, [Option<FieldId>; 5])>) {
        let Some((table, fields)) = fields else { return };
        self.found.extend(fields.into_iter().flatten().map(|f| (table, f)));
    }

    fn judged(&mut self, judged: &Judged) {
        self.expr(&judged.condition);
        for relief in &judged.reliefs {
            relief.filter.iter().for_each(|f| self.expr(f));
            self.expr(&relief.condition);
        }
    }

    /// A row counts only where its keys are there.
    fn rows(&mut self, rows: &Rows) {
        let key = self.plan.tables.get(rows.table.0).map(|t| t.key.as_slice()).unwrap_or_default();
        self.found.extend(key.iter().map(|f| (rows.table, *f)));
        rows.filter.iter().for_each(|f| self.expr(f));
        self.population(rows.population);
    }

    fn population(&mut self, id: Option<PopulationId>) {
        let mut at = id;
        // A parent stands before its child, so this ends.
        while let Some(population) = at.and_then(|id| self.plan.populations.get(id.0)) {
            population.filter.iter().for_each(|f| self.expr(f));
            at = population.parent.filter(|parent| Some(*parent) < at);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => {
                self.found.insert((*table, *field));
            }
            Expr::Aggregate { scope, .. } => {
                if !matches!(scope.extent, Extent::Group) {
                    self.rows(&scope.rows);
                }
                scope.rows.filter.iter().for_each(|f| self.expr(f));
            }
            Expr::Series { table, filter, .. } | Expr::YearValue { table, filter, .. } => {
                let year = self.plan.tables.get(table.0).and_then(|t| t.year);
                self.found.extend(year.map(|f| (*table, f)));
                filter.iter().for_each(|f| self.expr(f));
                self.base_year();
            }
            Expr::BaseYear => self.base_year(),
            _ => {}
        }
        expr.children().into_iter().for_each(|part| self.expr(part));
    }

    fn base_year(&mut self) {
        let subject = &self.plan.subject;
        self.found.extend(subject.base_year.map(|f| (subject.table, f)));
    }
}

impl Expr {
    /// The direct parts of an expression; the filters of its scopes are none.
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Self::Arithmetic { left, right, .. } | Self::Compare { left, right, .. } => vec![left, right],
            Self::Negate(inner) | Self::Not(inner) => vec![inner],
            Self::And(parts) | Self::Or(parts) => parts.iter().collect(),
            Self::In { value, options } => std::iter::once(value.as_ref()).chain(options).collect(),
            Self::If { condition, then, otherwise } => {
                [Some(condition), Some(then), otherwise.as_ref()].into_iter().flatten().map(AsRef::as_ref).collect()
            }
            Self::Aggregate { arguments, .. } | Self::Function { arguments, .. } => arguments.iter().collect(),
            Self::Series { value, .. } | Self::YearValue { value, .. } | Self::FormerYear { value, .. } => vec![value],
            _ => Vec::new(),
        }
    }
}

//! The expressions of an item, and the parts of an expression.

use super::{Check, CheckKind, Expr, Item, Judged, Rows};

impl Item {
    /// Every expression that the item is judged by.
    pub fn expressions(&self) -> Vec<&Expr> {
        let mut found: Vec<&Expr> = self.checks.iter().flat_map(Check::expressions).collect();
        found.extend(self.cross_checks.iter().map(|c| &c.condition));
        found
    }

    /// The rows that its checks go through.
    pub fn rows(&self) -> impl Iterator<Item = &Rows> {
        self.checks.iter().filter_map(|c| match &c.kind {
            CheckKind::Each { rows, .. } | CheckKind::Several { rows, .. } | CheckKind::Group { rows, .. } => Some(rows),
            _ => None,
        })
    }
}

impl Check {
    /// Every expression of the check: filters, keys, conditions, floors and reliefs.
    pub fn expressions(&self) -> Vec<&Expr> {
        let mut found = Vec::new();
        match &self.kind {
            CheckKind::Condition(judged) | CheckKind::Trigger(judged) => judged.collect(&mut found),
            CheckKind::Each { rows, judged } => {
                found.extend(rows.filter.as_deref());
                judged.collect(&mut found);
            }
            CheckKind::Several { rows, parts, .. } => {
                found.extend(rows.filter.as_deref());
                for part in parts {
                    part.judged.collect(&mut found);
                    found.extend(part.floor.as_ref().map(|f| &f.condition));
                }
            }
            CheckKind::Group { rows, keys, having, judged } => {
                found.extend(rows.filter.as_deref());
                found.extend(keys.iter().map(|k| &k.value).chain(having));
                judged.collect(&mut found);
            }
            CheckKind::Points { value } => found.push(value),
            CheckKind::Judgement { .. } | CheckKind::Event => {}
        }
        found
    }
}

impl Judged {
    fn collect<'e>(&'e self, found: &mut Vec<&'e Expr>) {
        found.push(&self.condition);
        for relief in &self.reliefs {
            found.extend(relief.filter.as_ref());
            found.push(&relief.condition);
            found.extend(relief.floor.as_ref().map(|f| &f.condition));
        }
    }
}

impl Expr {
    /// The direct parts of an expression, the filters of its rows among them.
    pub fn parts(&self) -> Vec<&Self> {
        let filter = match self {
            Self::Aggregate { scope, .. } => scope.rows.filter.as_deref(),
            Self::Series { filter, .. } | Self::YearValue { filter, .. } => filter.as_deref(),
            _ => None,
        };
        filter.into_iter().chain(self.children()).collect()
    }
}

//! Amendments and supplements: a declaration of which some parts are written is laid over the one that stands.

use super::find::not_there;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{
    Body, CompositeReference, DatedValue, Expr, Field, FieldType, Indicator, ItemKind, Name, Point, Rule, RuleKind, Step, Table, Text,
    Verdict, Verification, is_written,
};
use crate::syntax::print;

/// What has been changed in one layer: nothing is changed twice.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    done: Vec<(Vec<String>, Span)>,
}

impl Ledger {
    /// What was changed, from the item inwards.
    pub fn paths(&self) -> impl Iterator<Item = Vec<String>> {
        self.done.iter().map(|(path, _)| path.clone())
    }

    /// Notes a change; gives the complaint where it, a part of it or what it is part of was changed before.
    pub fn note(&mut self, path: Vec<String>, at: Span) -> Option<Diagnostic> {
        let first = self.done.iter().find(|(p, _)| p.starts_with(&path) || path.starts_with(p)).map(|(_, span)| *span);
        let called = path.join(" ");
        self.done.push((path, at));
        let error = Diagnostic::error(Code::CHANGED_TWICE, at, format!("“{called}”在这一层里改了两次")).here("又改一次");
        first.map(|span| error.also(span, "先在这里改过").help("同一内容在一层里只改一次，请合在一处"))
    }
}

/// What has a place.
trait Placed {
    fn span(&self) -> Span;
}

impl<T> Placed for Spanned<T> {
    fn span(&self) -> Span {
        self.span
    }
}

impl Placed for CompositeReference {
    fn span(&self) -> Span {
        self.span
    }
}

impl Placed for Expr {
    fn span(&self) -> Span {
        self.span
    }
}

/// One change being laid over what stands.
pub(super) struct Patch<'a> {
    /// `修订`; otherwise `补充`.
    pub amends: bool,
    /// What is changed, from the item inwards.
    pub path: Vec<String>,
    /// The word of the change.
    pub at: Span,
    /// Whether the type of a field is written.
    pub has_type: bool,
    pub ledger: &'a mut Ledger,
    pub diagnostics: &'a mut Vec<Diagnostic>,
    /// Whether anything was written to change.
    pub is_empty: bool,
}

impl Patch<'_> {
    fn note(&mut self, part: &[&str], at: Span) {
        self.is_empty = false;
        let mut path = self.path.clone();
        path.extend(part.iter().map(|p| (*p).to_string()));
        if !self.amends {
            // Supplements add up; only what was made or unmade as a whole cannot be supplemented as well.
            path.push(format!("补充 {}:{}", at.file.0, at.start));
        }
        self.diagnostics.extend(self.ledger.note(path, at));
    }

    fn exists(&mut self, what: &str, old: Span, new: Span) {
        self.is_empty = false;
        let message = format!("“{} {what}”已经有了，不能补充", self.path.join(" "));
        let error = Diagnostic::error(Code::ALREADY_THERE, new, message).here("要补充的").also(old, "已有的");
        self.diagnostics.push(error.help("要改已有的内容，用“修订”"));
    }

    fn within<R>(&mut self, part: String, work: impl FnOnce(&mut Self) -> R) -> R {
        self.path.push(part);
        let result = work(self);
        self.path.pop();
        result
    }

    fn text(&mut self, part: &str, old: &mut Text, new: Text) {
        if !is_written(new.span) {
            return;
        }
        if self.amends {
            self.note(&[part], new.span);
            *old = new;
        } else {
            self.exists(part, old.span, new.span);
        }
    }

    fn option<T: Placed>(&mut self, part: &str, old: &mut Option<T>, new: Option<T>) {
        let Some(new) = new else { return };
        match old {
            Some(old) if !self.amends => self.exists(part, old.span(), new.span()),
            _ => {
                self.note(&[part], new.span());
                *old = Some(new);
            }
        }
    }

    fn list<T: Placed>(&mut self, part: &str, old: &mut Vec<T>, new: Vec<T>) {
        let Some(first) = new.first() else { return };
        self.note(&[part], first.span());
        if self.amends {
            *old = new;
        } else {
            old.extend(new);
        }
    }

    /// A list of names, of which none is to stand twice.
    fn names(&mut self, part: &str, old: &mut Vec<Name>, new: Vec<Name>) {
        let (mut kept, mut again) = (Vec::new(), Vec::new());
        for name in new {
            match old.iter().find(|o| !self.amends && o.node == name.node) {
                Some(o) => again.push((o.span, name)),
                None => kept.push(name),
            }
        }
        again.into_iter().for_each(|(span, name)| self.exists(&name.node, span, name.span));
        self.list(part, old, kept);
    }

    /// Lays a declaration over the one that stands; gives it back where this kind is not changed in parts.
    pub fn item(&mut self, old: &mut ItemKind, new: ItemKind) -> Result<(), ItemKind> {
        match (old, new) {
            (ItemKind::Standard { title, version, notes }, ItemKind::Standard { title: t, version: v, notes: n }) => {
                self.text("名称", title, t);
                self.option("版本", version, v);
                self.list("口径", notes, n);
            }
            (ItemKind::Nature { nature, title, departments, .. }, ItemKind::Nature { nature: kind, title: t, departments: names, .. }) => {
                if is_written(kind.span) {
                    self.note(&["种类"], kind.span);
                    *nature = kind;
                }
                self.option("标题", title, t);
                self.names("责任单位", departments, names);
            }
            (ItemKind::Rounds(old), ItemKind::Rounds(new)) => self.names("各轮", old, new),
            (ItemKind::Table(old), ItemKind::Table(new)) => self.table(old, new),
            (ItemKind::Population { source, filter, notes, .. }, ItemKind::Population { source: s, filter: f, notes: n, .. }) => {
                if is_written(s.span) && self.whole("范围", source.span, s.span) {
                    (*source, *filter) = (s, f);
                }
                self.list("口径", notes, n);
            }
            (ItemKind::Definition { parameters, body, notes, .. }, ItemKind::Definition { parameters: p, body: b, notes: n, .. }) => {
                if is_written(b.span) && self.whole("算法", body.span, b.span) {
                    (*parameters, *body) = (p, b);
                }
                self.list("口径", notes, n);
            }
            (ItemKind::Parameter { values, notes, .. }, ItemKind::Parameter { values: v, notes: n, .. }) => {
                self.values(values, v);
                self.list("口径", notes, n);
            }
            (ItemKind::Indicator(old), ItemKind::Indicator(new)) => self.indicator(old, new),
            (ItemKind::Veto { text, body, .. }, ItemKind::Veto { text: t, body: b, .. })
            | (ItemKind::Qualification { text, body, .. }, ItemKind::Qualification { text: t, body: b, .. }) => {
                self.text("原文", text, t);
                self.body(body, b);
            }
            (ItemKind::Verdict(old), ItemKind::Verdict(new)) => self.verdict(old, new),
            (ItemKind::Step(old), ItemKind::Step(new)) => self.step(old, new),
            (_, new) => return Err(new),
        }
        Ok(())
    }

    /// Whether something that only changes as a whole may change; a supplement may not.
    fn whole(&mut self, part: &str, old: Span, new: Span) -> bool {
        if self.amends {
            self.note(&[part], new);
        } else {
            self.exists(part, old, new);
        }
        self.amends
    }

    fn values(&mut self, old: &mut Vec<DatedValue>, new: Vec<DatedValue>) {
        let day = |v: &DatedValue| v.from.as_ref().map(|d| d.node);
        for value in new {
            let when = value.from.as_ref().map_or_else(|| "取值".to_string(), |d| format!("自 {}", print::date(d.node)));
            match old.iter_mut().find(|o| day(o) == day(&value)) {
                Some(same) if !self.amends => self.exists(&when, same.value.span, value.value.span),
                Some(same) => {
                    self.note(&[&when], value.value.span);
                    *same = value;
                }
                None => {
                    self.note(&[&when], value.value.span);
                    old.push(value);
                }
            }
        }
        old.sort_by_key(day);
    }

    fn indicator(&mut self, old: &mut Indicator, new: Indicator) {
        self.text("名称", &mut old.title, new.title);
        self.text("性质", &mut old.nature, new.nature);
        self.option("满分", &mut old.full, new.full);
        self.names("责任单位", &mut old.departments, new.departments);
        self.list("口径", &mut old.notes, new.notes);
        for point in new.points {
            self.point(&mut old.points, point);
        }
    }

    /// A point: amended where it stands; one that a supplement brings must be new, but for a change of the point alone.
    fn point(&mut self, points: &mut Vec<Point>, new: Point) {
        let part = format!("要点 {}", new.number.node);
        let alone = self.path.last() == Some(&part);
        let known: Vec<(String, Span)> = points.iter().map(|p| (format!("要点 {}", p.number.node), p.number.span)).collect();
        let Some(old) = points.iter_mut().find(|p| p.number.node == new.number.node) else {
            if self.amends || alone {
                self.is_empty = false;
                self.diagnostics.push(not_there(&part, new.number.span, known.iter().map(|(k, s)| (k.as_str(), *s))));
            } else {
                self.note(&[&part], new.number.span);
                points.push(new);
            }
            return;
        };
        if !self.amends && !alone {
            self.exists(&part, old.number.span, new.number.span);
            return;
        }
        let lay = |patch: &mut Self| {
            patch.text("原文", &mut old.text, new.text);
            patch.option("分值", &mut old.full, new.full);
            patch.body(&mut old.body, new.body);
        };
        if alone { lay(self) } else { self.within(part, lay) }
    }

    fn body(&mut self, old: &mut Body, new: Body) {
        self.names("责任单位", &mut old.departments, new.departments);
        self.list("口径", &mut old.notes, new.notes);
        self.rules(&mut old.rules, new.rules);
    }

    /// Rules with labels take the place of those with the same label; without, of all that stand.
    fn rules(&mut self, old: &mut Vec<Rule>, new: Vec<Rule>) {
        let Some(first) = new.first() else { return };
        if !self.amends {
            self.note(&["规则"], first.span);
            old.extend(new);
            return;
        }
        if new.iter().any(|r| label(r).is_none()) {
            self.note(&["规则"], first.span);
            *old = new;
            return;
        }
        for rule in new {
            let name = label(&rule).unwrap_or_default().to_string();
            let known: Vec<(String, Span)> = old.iter().filter_map(|r| Some((format!("规则 {}", label(r)?), r.span))).collect();
            match old.iter_mut().find(|r| label(r) == Some(&name)) {
                Some(same) => {
                    self.note(&["规则", &name], rule.span);
                    *same = rule;
                }
                None => {
                    self.is_empty = false;
                    let error = not_there(&format!("规则 {name}"), rule.span, known.iter().map(|(k, s)| (k.as_str(), *s)));
                    self.diagnostics.push(error.help("带标签的规则改同名的那一条；要整个换掉，用“替换”"));
                }
            }
        }
    }

    fn table(&mut self, old: &mut Table, new: Table) {
        self.option("标题", &mut old.title, new.title);
        self.names("主键", &mut old.key, new.key);
        self.list("引用", &mut old.references, new.references);
        self.option("名称", &mut old.display, new.display);
        self.list("口径", &mut old.notes, new.notes);
        for field in new.fields {
            self.field(&mut old.fields, field);
        }
        for check in new.checks {
            self.check(&mut old.checks, check);
        }
    }

    fn check(&mut self, checks: &mut Vec<Verification>, new: Verification) {
        let part = format!("核验 {}", new.text.node);
        let known: Vec<(String, Span)> = checks.iter().map(|c| (format!("核验 {}", c.text.node), c.text.span)).collect();
        match checks.iter_mut().find(|c| c.text.node == new.text.node) {
            Some(old) if self.amends => {
                self.note(&[&part], new.text.span);
                old.level = new.level.or(old.level.take());
                old.requirement = new.requirement;
            }
            Some(old) => self.exists(&part, old.text.span, new.text.span),
            None if self.amends => {
                self.is_empty = false;
                self.diagnostics.push(not_there(&part, new.text.span, known.iter().map(|(k, s)| (k.as_str(), *s))));
            }
            None => {
                self.note(&[&part], new.text.span);
                checks.push(new);
            }
        }
    }

    fn field(&mut self, fields: &mut Vec<Field>, new: Field) {
        let part = format!("字段 {}", new.name.node);
        let alone = self.path.last() == Some(&part);
        let known: Vec<(String, Span)> = fields.iter().map(|f| (format!("字段 {}", f.name.node), f.name.span)).collect();
        let Some(old) = fields.iter_mut().find(|f| f.name.node == new.name.node) else {
            if self.amends || alone {
                self.is_empty = false;
                self.diagnostics.push(not_there(&part, new.name.span, known.iter().map(|(k, s)| (k.as_str(), *s))));
            } else {
                self.note(&[&part], new.name.span);
                fields.push(new);
            }
            return;
        };
        if !self.amends && !alone {
            self.exists(&part, old.name.span, new.name.span);
            return;
        }
        if alone { self.parts_of_field(old, new) } else { self.within(part, |p| p.parts_of_field(old, new)) }
    }

    fn parts_of_field(&mut self, old: &mut Field, new: Field) {
        if self.has_type {
            match (&mut old.ty, new.ty) {
                (FieldType::Choice { options, .. }, FieldType::Choice { options: more, .. }) if !self.amends => {
                    self.names("选项", options, more);
                }
                (ty, new_type) => {
                    if self.whole("类型", old.name.span, new.name.span) {
                        *ty = new_type;
                    }
                }
            }
        }
        self.option("引用", &mut old.reference, new.reference);
        for (part, old, new) in [
            ("必填", &mut old.required, new.required),
            ("年度", &mut old.is_year, new.is_year),
            ("可为负", &mut old.signed, new.signed),
            ("合计", &mut old.additive, new.additive),
        ] {
            if new {
                self.note(&[part], self.at);
                *old = true;
            }
        }
        match (&old.range, new.range) {
            (Some((low, _)), Some(range)) if !self.amends => self.exists("范围", low.span, range.0.span),
            (_, Some(range)) => {
                self.note(&["范围"], range.0.span);
                old.range = Some(range);
            }
            _ => {}
        }
        self.option("说明", &mut old.help, new.help);
        self.option("来源", &mut old.source, new.source);
        self.names("又名", &mut old.aliases, new.aliases);
    }

    fn verdict(&mut self, old: &mut Verdict, new: Verdict) {
        self.text("达标的叫法", &mut old.met, new.met);
        self.text("未达标的叫法", &mut old.not_met, new.not_met);
        self.text("未定的叫法", &mut old.undetermined, new.undetermined);
        self.list("口径", &mut old.notes, new.notes);
        if let Some(first) = new.grades.first().map(|(label, _)| label.span) {
            self.note(&["等级"], first);
            if self.amends {
                old.grades.clear();
            }
            old.grades.extend(new.grades);
        }
        let named = |c: &(Option<Text>, Expr)| c.0.as_ref().map(|t| t.node.clone());
        let Some(first) = new.conditions.first().map(|(_, e)| e.span) else { return };
        if !self.amends {
            self.note(&["条件"], first);
            old.conditions.extend(new.conditions);
            return;
        }
        if new.conditions.iter().any(|c| c.0.is_none()) {
            self.note(&["条件"], first);
            old.conditions = new.conditions;
            return;
        }
        for condition in new.conditions {
            let name = named(&condition).unwrap_or_default();
            let at = condition.0.as_ref().map_or(condition.1.span, |t| t.span);
            let known: Vec<(String, Span)> =
                old.conditions.iter().filter_map(|(l, _)| l.as_ref()).map(|l| (format!("条件 {}", l.node), l.span)).collect();
            match old.conditions.iter_mut().find(|c| named(c).as_ref() == Some(&name)) {
                Some(same) => {
                    self.note(&["条件", &name], at);
                    *same = condition;
                }
                None => {
                    self.is_empty = false;
                    let error = not_there(&format!("条件 {name}"), at, known.iter().map(|(k, s)| (k.as_str(), *s)));
                    self.diagnostics.push(error.help("带标签的条件改同名的那一条；要整个换掉，用“替换”"));
                }
            }
        }
    }

    fn step(&mut self, old: &mut Step, new: Step) {
        self.text("名称", &mut old.title, new.title);
        self.option("自", &mut old.from, new.from);
        self.option("至", &mut old.until, new.until);
        self.option("原文", &mut old.words, new.words);
        self.list("口径", &mut old.notes, new.notes);
    }
}

/// What a rule is called by.
fn label(rule: &Rule) -> Option<&str> {
    match (&rule.label, &rule.kind) {
        (Some(label), _) => Some(&label.node),
        (None, RuleKind::CrossCheck { text, .. }) => Some(&text.node),
        _ => None,
    }
}

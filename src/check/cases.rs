//! Cases: their tables, columns and items are looked up; their cells are read with the data.

use crate::diagnostic::{CODES, Code, Diagnostic, did_you_mean, nearest};
use crate::plan::{
    self, Case, CheckKind, Expectation, ExpectationKind, Given, GivenColumn, GivenRow, Item, ItemRef, NatureKind, Plan, TableId,
    VerdictWord,
};
use crate::resolve::{Symbols, duplicate, unit, unknown};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{self, ItemKind, TargetKind, Wanted};
use crate::syntax::normal;
use crate::syntax::print::{date as date_text, expectation_text};
use crate::value::{Unit, num};
use std::collections::{BTreeMap, BTreeSet};

/// Reads all cases into the plan, whose items stand already.
pub(super) fn read(items: &[ast::Item], symbols: &Symbols<'_>, plan: &mut Plan, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut reader = Reader { symbols, plan, sources, labels: labels(items), inherited: false, diagnostics: Vec::new() };
    let mut cases = Vec::new();
    let mut titles: BTreeMap<&str, Span> = BTreeMap::new();
    for item in items {
        if let ItemKind::Case(case) = &item.kind {
            if let Some(first) = titles.insert(&case.title.node, case.title.span) {
                reader.diagnostics.push(duplicate(Code::DUPLICATE_NAME, "用例", &case.title.node, first, case.title.span));
            }
            let before = reader.diagnostics.len();
            reader.inherited = usize::from(item.layer.0) + 1 < reader.plan.standard.layers.len();
            cases.push(reader.case(case, plan::Origin { span: item.span, layer: item.layer }));
            if reader.inherited {
                let title = &case.title.node;
                let help = format!("这是上级标准的用例。这一层改了标准的，写“删除 用例 “{title}””，或用“替换 用例”写出新的");
                let found = reader.diagnostics.split_off(before);
                reader.diagnostics.extend(found.into_iter().map(|d| d.help(help.clone())));
            }
        }
    }
    let diagnostics = reader.diagnostics;
    plan.cases = cases;
    diagnostics
}

struct Reader<'a, 's> {
    symbols: &'a Symbols<'s>,
    plan: &'a Plan,
    sources: &'a SourceMap,
    /// The rules that stand under each point by their labels: one of them may have earned its complaint already.
    labels: BTreeSet<(String, &'a str)>,
    /// The case stands in a standard below the outermost layer: what it names may have been there.
    inherited: bool,
    diagnostics: Vec<Diagnostic>,
}

fn labels(items: &[ast::Item]) -> BTreeSet<(String, &str)> {
    let indicators = items.iter().filter_map(|i| if let ItemKind::Indicator(indicator) = &i.kind { Some(indicator) } else { None });
    let points = indicators.flat_map(|i| i.points.iter().map(|p| (format!("{}.{}", i.number.node, p.number.node), p)));
    points.flat_map(|(id, p)| p.body.rules.iter().filter_map(move |r| Some((id.clone(), r.label.as_ref()?.node.as_str())))).collect()
}

/// What an expectation is about.
struct Aim<'a> {
    of: ItemRef,
    /// `None` for an indicator.
    item: Option<&'a Item>,
    scored: bool,
    check: Option<usize>,
}

impl<'a> Reader<'a, '_> {
    fn line(&self, span: Span) -> usize {
        self.sources.line_column(span).0
    }

    fn case(&mut self, case: &ast::Case, origin: plan::Origin) -> Case {
        if case.expected.is_empty() {
            let error = Diagnostic::error(Code::EMPTY_CASE, case.title.span, "这个用例没有期望").here("只有给定的数据");
            self.diagnostics.push(error.help("加一行“期望 …”，例如“期望 指标 1 要点 1：达到”"));
        }
        if let Some(round) = case.round.as_ref().filter(|r| !self.plan.rounds.contains(&r.node)) {
            let known = self.plan.rounds.iter().map(String::as_str);
            self.diagnostics.push(unknown(Code::UNKNOWN_ROUND, "轮次", &round.node, round.span, known));
        }
        let mut given: Vec<Given> = Vec::new();
        for (i, table) in case.given.iter().enumerate() {
            if let Some(first) = case.given.iter().take(i).find(|g| g.table.node == table.table.node) {
                let (first, again) = (first.table.span, table.table.span);
                self.diagnostics.push(duplicate(Code::DUPLICATE_NAME, "用例给定的表", &table.table.node, first, again));
                continue;
            }
            given.extend(self.given(table));
        }
        let expected = case.expected.iter().filter_map(|e| self.expectation(e)).collect();
        Case {
            title: case.title.node.clone(),
            date: case.date.as_ref().map(|d| date_text(d.node)),
            round: case.round.as_ref().map(|r| r.node.clone()),
            given,
            expected,
            origin,
            file: self.sources.get(origin.span.file).map(|f| f.name.clone()).unwrap_or_default(),
            line: self.line(case.title.span),
        }
    }

    fn given(&mut self, given: &ast::Given) -> Option<Given> {
        let name = &given.table;
        let Some(table) = self.symbols.table_named(&name.node) else {
            let known: Vec<&str> = self.symbols.tables.iter().map(|t| t.name()).collect();
            self.diagnostics.push(unknown(Code::UNKNOWN_TABLE, "数据表", &name.node, name.span, known));
            return None;
        };
        let Some((header, rows)) = given.rows.split_first() else {
            if !given.is_empty {
                let error = Diagnostic::error(Code::ROW_LENGTH, name.span, format!("表“{}”下面没有行", name.node));
                self.diagnostics.push(error.help("先写一行列名，再写数据，如“| 列名 |”；表里没有数据的写“无”"));
            }
            return Some(Given { table, columns: Vec::new(), rows: Vec::new() });
        };
        let line = self.line(header.span);
        let columns: Vec<Option<GivenColumn>> = header.cells.iter().map(|c| self.column(table, c, line)).collect();
        for row in rows.iter().filter(|r| r.cells.len() != header.cells.len()) {
            let message = format!("这一行有 {} 格，上面的列名有 {} 格", row.cells.len(), header.cells.len());
            let error = Diagnostic::error(Code::ROW_LENGTH, row.span, message).also(header.span, "列名在这里");
            self.diagnostics.push(error.help("补上或删去格子；没有数据的格子留空，两边的“|”仍要写"));
        }
        let cells = |row: &ast::Row| row.cells.iter().map(|c| c.node.clone()).collect();
        let rows = rows.iter().map(|r| GivenRow { cells: cells(r), line: self.line(r.span) }).collect();
        Some(Given { table, columns: columns.into_iter().collect::<Option<Vec<_>>>()?, rows })
    }

    /// `字段`, `字段（单位）`, `表.字段` of a row that references lead to.
    fn column(&mut self, table: TableId, cell: &ast::Text, line: usize) -> Option<GivenColumn> {
        let mut written = normal(&cell.node);
        written.retain(|c| !c.is_whitespace());
        let (at, path, header, bare) = match written.split_once('.') {
            None => (table, Vec::new(), cell.node.clone(), written.as_str()),
            Some((owner, field)) => {
                let Some(at) = self.symbols.table_named(owner) else {
                    let known: Vec<&str> = self.symbols.tables.iter().map(|t| t.name()).collect();
                    self.diagnostics.push(unknown(Code::UNKNOWN_TABLE, "数据表", owner, cell.span, known));
                    return None;
                };
                let Some(path) = self.symbols.path(table, at) else {
                    let from = self.symbols.table(table).map_or("", |t| t.name());
                    let error = Diagnostic::error(Code::UNREACHABLE, cell.span, format!("“{from}”的一行不对应“{owner}”的一行"));
                    self.diagnostics.push(error.here("这一列取不到").help(format!("另写“给定 {owner}”")));
                    return None;
                };
                (at, path, field.to_owned(), field)
            }
        };
        let symbol = self.symbols.table(at)?;
        let bare = bare.split_once('(').map_or(bare, |(name, _)| name);
        let is_field = |f: &ast::Field| f.name.node == bare || f.aliases.iter().any(|a| a.node == bare);
        if !symbol.declaration.fields.iter().any(is_field) {
            let known: Vec<&str> = symbol.field_names().collect();
            self.diagnostics.push(unknown(Code::UNKNOWN_FIELD, "字段", bare, cell.span, known));
            return None;
        }
        Some(GivenColumn { written: cell.node.clone(), path, table: at, header, line })
    }

    fn expectation(&mut self, expectation: &ast::Expectation) -> Option<Expectation> {
        let kind = match &expectation.kind {
            ast::ExpectationKind::Item { target, wanted } => {
                let aim = self.target(target)?;
                self.fits(&aim, wanted, target.span)?;
                ExpectationKind::Item { of: aim.of, check: aim.check, wanted: wanted.clone() }
            }
            ast::ExpectationKind::Value { target, value, places, unit } => {
                let aim = self.target(target)?;
                let (check, shown) = self.single(&aim, target.span)?;
                let factor = match unit {
                    Some(written) => self.factor(written, &shown)?,
                    None => num(1),
                };
                ExpectationKind::Value { of: aim.of, check, value: value.clone(), places: *places, factor }
            }
            ast::ExpectationKind::Verdict(word) => ExpectationKind::Verdict(self.verdict(word)?),
            ast::ExpectationKind::Grade(label) => {
                let grades = self.plan.verdict.iter().flat_map(|v| &v.grades).map(|g| g.label.as_str());
                ExpectationKind::Grade(self.known("等级", label, grades)?)
            }
            ast::ExpectationKind::Verification(of, checked) => {
                let all = self.plan.verifications.iter().map(|v| v.text.as_str());
                ExpectationKind::Verification(self.known("核验", of, all)?, *checked)
            }
            ast::ExpectationKind::BadData(code) => ExpectationKind::BadData(self.data_code(code)?),
        };
        let (text, line) = (expectation_text(&expectation.kind), self.line(expectation.span));
        Some(Expectation { kind, text, line })
    }

    fn target(&mut self, target: &ast::Target) -> Option<Aim<'a>> {
        let plan = self.plan;
        let number = &target.number.node;
        let of_kind = |kind| plan.natures.iter().find(|n| n.kind == kind).map(|n| n.name.clone());
        let of = match &target.kind {
            TargetKind::Indicator => ItemRef::Indicator(number.clone()),
            TargetKind::Point(point) => ItemRef::Point(format!("{number}.{}", point.node)),
            TargetKind::Veto => ItemRef::Veto(format!("{}.{number}", of_kind(NatureKind::Veto).unwrap_or_else(|| "否决".into()))),
            TargetKind::Qualification => {
                ItemRef::Qualification(format!("{}.{number}", of_kind(NatureKind::Qualification).unwrap_or_else(|| "资格".into())))
            }
        };
        let indicator = plan.indicators.iter().find(|i| i.id == *number);
        let item = plan.item(&of);
        let found = if matches!(of, ItemRef::Indicator(_)) { indicator.is_some() } else { item.is_some() };
        if !found {
            let known: Vec<&str> = plan.items().map(|i| i.id.as_str()).chain(plan.indicators.iter().map(|i| i.id.as_str())).collect();
            let error = Diagnostic::error(Code::UNKNOWN_ID, target.span, format!("标准中没有条目“{}”", of.id())).here("这里");
            let help = if self.inherited { None } else { did_you_mean(&nearest(of.id(), known)) };
            self.diagnostics.push(help.into_iter().fold(error, Diagnostic::help));
            return None;
        }
        let check = match &target.label {
            None => None,
            Some(label) => {
                let labels: Vec<&str> = item.map(|i| i.checks.iter().map(|c| c.label.as_str()).collect()).unwrap_or_default();
                let at = labels.iter().position(|l| *l == label.node);
                if at.is_none() && self.labels.contains(&(of.id().to_owned(), label.node.as_str())) {
                    return None;
                }
                if at.is_none() {
                    let error =
                        Diagnostic::error(Code::BAD_EXPECTATION, label.span, format!("{} 下没有名为“{}”的规则", of.id(), label.node));
                    self.diagnostics
                        .push(error.here("这里").help(format!("可以写：{}；规则改了名称或删去了的，用例一起改", labels.join("、"))));
                    return None;
                }
                at
            }
        };
        let own = match (item, check) {
            (Some(item), Some(check)) => item.checks.get(check).is_some_and(|c| c.score.is_some()),
            (Some(item), None) => item.full.is_some(),
            (None, _) => indicator.and_then(|i| plan.natures.get(i.nature.0)).is_some_and(|n| n.kind == NatureKind::Scored),
        };
        Some(Aim { of, item, scored: own, check })
    }

    /// Whether what is wanted can be had of the item.
    fn fits(&mut self, aim: &Aim<'_>, wanted: &Wanted, span: Span) -> Option<()> {
        let is_veto = matches!(aim.of, ItemRef::Veto(_));
        let is_scored_indicator = matches!(aim.of, ItemRef::Indicator(_)) && aim.scored;
        let crossed = aim.item.is_some_and(|i| !i.cross_checks.is_empty()) && aim.check.is_none();
        let help = match wanted {
            Wanted::Triggered | Wanted::Clear if !is_veto => "“触发”“未触发”只用于否决；这里写“达到”“未达到”或“未定”",
            Wanted::Met | Wanted::ByRelief | Wanted::NotMet | Wanted::Inapplicable if is_veto => "否决写“触发”“未触发”或“未定”",
            Wanted::Score(..) if !aim.scored => "这一项不计分，写“达到”“未达到”或“未定”",
            Wanted::Met | Wanted::ByRelief | Wanted::NotMet | Wanted::Undetermined if is_scored_indicator => {
                "计分的指标写“得分 … 分”或“得分 …～… 分”"
            }
            Wanted::Inapplicable if aim.item.is_none() => "“不适用”写在要点或资格上",
            Wanted::Flagged | Wanted::Unflagged if !crossed => "“有提示”“无提示”只用于有互证的要点",
            _ => return Some(()),
        };
        let error = Diagnostic::error(Code::BAD_EXPECTATION, span, format!("{} 不会有这样的结果", aim.of.id()));
        self.diagnostics.push(error.here("这里").help(help));
        None
    }

    /// The one check whose value is meant, with the unit that it is shown in.
    fn single(&mut self, aim: &Aim<'_>, span: Span) -> Option<(usize, Unit)> {
        let checks = aim.item.map(|i| i.checks.as_slice()).unwrap_or_default();
        let at = aim.check.or((checks.len() == 1).then_some(0));
        let shown = at.and_then(|i| checks.get(i)).and_then(|c| match &c.kind {
            CheckKind::Condition(judged) | CheckKind::Trigger(judged) => judged.comparison.as_ref().map(|x| x.unit.clone()),
            _ => None,
        });
        if shown.is_none() {
            let labels: Vec<String> = checks.iter().map(|c| format!("“{}”", c.label)).collect();
            let error = Diagnostic::error(Code::BAD_EXPECTATION, span, format!("{} 没有单独的一个值", aim.of.id())).here("这里");
            let help = if at.is_none() && !labels.is_empty() {
                format!("在编号后写明是哪一条规则：{}", labels.join("、"))
            } else {
                "只有一个数与一个数相比的规则才有值；“每个”“每组”的规则请写“达到”或“未达到”".into()
            };
            self.diagnostics.push(error.help(help));
        }
        at.zip(shown)
    }

    /// A value in this unit is so many of the unit shown.
    fn factor(&mut self, written: &ast::UnitRef, shown: &Unit) -> Option<crate::value::Num> {
        let given = unit(written, &self.symbols.units, &mut self.diagnostics);
        if !given.is_compatible(shown) {
            let wanted = if shown.name.is_empty() { "不带单位".to_owned() } else { format!("以“{}”为单位", shown.name) };
            self.diagnostics.push(Diagnostic::error(Code::UNIT_MISMATCH, written.span, format!("这个值{wanted}")).here("这里"));
            return None;
        }
        // Ratios stand as ratios, whatever their unit.
        Some(if shown.is_plain() { given.factor } else { given.factor / &shown.factor })
    }

    fn verdict(&mut self, word: &ast::Text) -> Option<VerdictWord> {
        let words = self.plan.verdict.as_ref().map(|v| [&v.met, &v.not_met, &v.undetermined]);
        let at = words.and_then(|w| w.iter().position(|x| **x == word.node));
        if at.is_none() {
            let error = Diagnostic::error(Code::BAD_EXPECTATION, word.span, format!("标准的结论中没有“{}”", word.node)).here("这里");
            let known = words.map(|w| w.map(|x| format!("“{x}”")).join("、"));
            self.diagnostics.push(known.map(|k| format!("标准的结论有：{k}")).into_iter().fold(error, Diagnostic::help));
        }
        at.map(|i| [VerdictWord::Met, VerdictWord::NotMet, VerdictWord::Undetermined].get(i).copied().unwrap_or(VerdictWord::Met))
    }

    /// The name of a grade or a check of plausibility that there is.
    fn known<'n>(&mut self, word: &str, name: &ast::Text, all: impl Iterator<Item = &'n str>) -> Option<String> {
        let all: Vec<&str> = all.collect();
        if all.contains(&name.node.as_str()) {
            return Some(name.node.clone());
        }
        let error = Diagnostic::error(Code::BAD_EXPECTATION, name.span, format!("标准中没有{word}“{}”", name.node)).here("这里");
        let help = if self.inherited { None } else { did_you_mean(&nearest(&name.node, all)) };
        self.diagnostics.push(help.into_iter().fold(error, Diagnostic::help));
        None
    }

    fn data_code(&mut self, code: &ast::Name) -> Option<String> {
        let known = || CODES.iter().map(|(c, _)| c.0).filter(|c| c.starts_with("E06") || c.starts_with("W06"));
        if known().any(|c| c == code.node) {
            return Some(code.node.clone());
        }
        let error = Diagnostic::error(Code::BAD_EXPECTATION, code.span, format!("没有“{}”这个数据错误代码", code.node)).here("这里");
        let help = did_you_mean(&nearest(&code.node, known()));
        self.diagnostics.push(help.into_iter().fold(error.help("数据错误的代码是 E0601 至 E0617"), Diagnostic::help));
        None
    }
}

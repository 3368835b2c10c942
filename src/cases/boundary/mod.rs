//! For every threshold of a standard the data exactly on it and one step to each side, as cases.
//!
//! Data are made by choosing one number against fixed others; the evaluation then says what comes of them. What does not show the
//! threshold is listed with the reason, never left out.

mod arrange;
mod bounds;
mod edges;
mod elsewhere;
mod members;
mod rows;
mod solve;
mod targets;
mod text;
mod verdict;
mod want;
mod world;

use super::Suite;
use super::judge;
pub(crate) use edges::around;

use crate::plan::{Aggregate, Check, CheckKind, Expr, FieldType, ItemRef, Plan, Tolerance};
use crate::value::{Num, format_decimal, num};
use rows::count;
use solve::{At, LOOKS, Solver};
use targets::{Atom, Target, of_check, of_condition};
use world::{Move, World};

/// The cases of a standard's thresholds.
#[derive(Debug, Clone, Default)]
pub struct Boundary {
    /// As they are written, each with an empty line after it.
    pub text: String,
    pub cases: usize,
    /// How many thresholds they are of.
    pub thresholds: usize,
    /// Thresholds without data: which, and why.
    pub unmade: Vec<(String, &'static str)>,
}

/// What an expectation can be written of.
#[derive(Debug, Clone)]
struct Aim {
    of: ItemRef,
    check: Option<usize>,
    label: Option<String>,
    /// Points rather than a verdict.
    scored: bool,
    /// Whether the data contradict a judgement.
    flagged: bool,
    /// The grade instead of the verdict.
    graded: bool,
    /// The text of a check of plausibility instead of an item.
    verification: Option<String>,
}

/// The three sides of a threshold: below, on it, above; with what is expected there.
struct Sides {
    worlds: [Option<World>; 3],
    said: [Option<String>; 3],
    /// Where the comparison stands in the world on the threshold.
    at: At,
}

/// The sides of a threshold, or why there are none.
type Made = Result<Sides, &'static str>;

/// The most data that are tried for one threshold in one way.
const MOST: usize = 8;

/// Sides where nothing can lie on the threshold, since what it is compared with takes whole steps.
const NEAREST: [&str; 3] = ["不到的最近一步", "正好", "过了的最近一步"];

const NO_STEPS: &str = "凑不出只由它决定结论的数据";
const NO_BOUND: &str = "凑不出正好在界线上的数据";
const NO_END: &str = "试了许多数据，没有一组显出这条界线";
const NO_DIFFERENCE: &str = "界线两边的结论相同";

impl Suite {
    /// Makes the cases of every threshold, or of those of one item.
    pub fn boundary(&self, only: Option<&str>) -> Boundary {
        let mut made = Boundary::default();
        let dated = self.plans.iter().zip(&self.days).find(|(p, _)| p.undated.is_empty());
        let Some((plan, day)) = dated else {
            let undated = self.plan().map(|p| p.undated.join("、")).unwrap_or_default();
            made.unmade.push((undated, "要说明按哪一天：写一个有日期的用例，就用那一天"));
            return made;
        };
        let date = day.map(crate::syntax::print::date);
        let mut maker = Maker { solver: Solver::new(plan), date, made, titles: Vec::new() };
        let wanted = |id: &str| only.is_none_or(|o| id == o || super::reach::is_point_of(id, o));
        for (of, item) in super::mutate::refs(plan).into_iter().filter(|(_, i)| wanted(&i.id)) {
            for (at, check) in item.checks.iter().enumerate() {
                maker.check(&of, at, check);
                maker.beside(&of, at, check);
            }
            for cross in &item.cross_checks {
                maker.cross(&of, &cross.text, &cross.condition);
            }
        }
        if only.is_none_or(|o| o == "结论") {
            maker.verdict();
        }
        if only.is_none() {
            maker.elsewhere();
        }
        let mut made = maker.made;
        made.text.truncate(made.text.trim_end().len());
        made.text.push('\n');
        made
    }
}

struct Maker<'p> {
    solver: Solver<'p>,
    date: Option<String>,
    made: Boundary,
    titles: Vec<String>,
}

impl<'p> Maker<'p> {
    fn plan(&self) -> &'p Plan {
        self.solver.plan
    }

    fn start(&self) -> World {
        World { date: self.date.clone(), ..World::default() }
    }

    fn check(&mut self, of: &ItemRef, at: usize, check: &'p Check) {
        let aim = self.aim(of, at, check);
        let several = self.is_several(check);
        for target in of_check(self.plan(), check) {
            let name = self.name(&aim, check, &target);
            let sides = self.sides(self.start(), &aim, &target, several);
            self.write(&aim, &name, &target, sides);
        }
        self.levels(&aim, check);
    }

    fn is_several(&self, check: &Check) -> bool {
        matches!(check.kind, CheckKind::Several { .. })
    }

    fn aim(&self, of: &ItemRef, at: usize, check: &Check) -> Aim {
        let checks = self.plan().item(of).map(|i| i.checks.as_slice()).unwrap_or_default();
        let is_named = checks.len() > 1 && checks.iter().filter(|c| c.label == check.label).count() == 1;
        let label = is_named.then(|| check.label.to_string());
        let scored = matches!(check.kind, CheckKind::Points { .. });
        Aim { of: of.clone(), check: is_named.then_some(at), label, scored, ..Aim::whole() }
    }

    fn name(&self, aim: &Aim, check: &Check, target: &Target<'_>) -> String {
        let label = if aim.label.is_some() { format!(" {}", check.label) } else { String::new() };
        let of = if target.of.is_empty() { String::new() } else { format!(" {}", target.of) };
        format!("{}{label}{of}", aim.of.id())
    }

    /// Conditions that the data must not contradict where full points were given.
    fn cross(&mut self, of: &ItemRef, text: &str, condition: &'p Expr) {
        let aim = Aim { of: of.clone(), flagged: true, ..Aim::whole() };
        let full = self.plan().item(of).and_then(|i| i.full.clone());
        for target in of_condition(condition) {
            let name = format!("{} 互证“{text}”", of.id());
            let start = verdict::judged(self.plan(), &self.start(), &[(of.id(), full.clone().unwrap_or(num(0)))]);
            let sides = start.map_or(Err(NO_STEPS), |start| self.sides(start, &aim, &target, false));
            self.write(&aim, &name, &target, sides);
        }
    }

    /// The first data that show the threshold: what else must hold is seen to before it, or after it where that would stand in its way,
    /// or together with it; several parts share what they are divided by, so that only the last will do.
    fn sides(&self, start: World, aim: &Aim, target: &Target<'_>, several: bool) -> Made {
        let mut reason = NO_STEPS;
        if !several {
            self.solver.left.set(LOOKS);
            let first = self.solver.prepare(start.clone(), &target.steps, At::Subject);
            if !first.is_empty() {
                reason = NO_BOUND;
            }
            let first = first.into_iter().flat_map(|(world, at)| self.on(&world, at, &target.atom));
            let later = std::iter::once_with(|| target.atom_first()).flatten().flat_map(|(steps, wants)| {
                let prepared = self.solver.prepare(start.clone(), &steps, At::Subject);
                let on = prepared.into_iter().flat_map(|(world, at)| self.on(&world, at, &target.atom)).take(MOST);
                let on: Vec<(World, At)> = on.collect();
                on.into_iter().flat_map(move |(world, at)| self.solver.settle(world, &wants, at))
            });
            if let Some(sides) = self.shown(first.take(MOST).chain(later.take(MOST)), aim, &mut reason) {
                return Ok(sides);
            }
            if self.solver.left.get() == 0 {
                reason = NO_END;
            }
        }
        let together = std::iter::once(&target.steps).chain(&target.or).flat_map(|steps| {
            self.solver.left.set(solve::TOGETHER);
            self.solver.together(&start, steps, &target.atom)
        });
        let least = match &target.atom {
            Atom::Least { parts, least } => self.least(&start, target, parts, *least),
            _ => Vec::new(),
        };
        self.shown(together.chain(least), aim, &mut reason).ok_or(reason)
    }

    /// The first of the data whose sides differ.
    fn shown(&self, on: impl Iterator<Item = (World, At)>, aim: &Aim, reason: &mut &'static str) -> Option<Sides> {
        for (on, at) in on {
            *reason = NO_DIFFERENCE;
            let exact = (!on.beside).then(|| on.clone());
            let worlds = [on.moved(self.plan(), false), exact, on.moved(self.plan(), true)];
            let said = worlds.clone().map(|w| w.and_then(|w| self.said(&w, aim)));
            let [below, exact, above] = &said;
            let shows = match exact {
                Some(exact) => [below, above].into_iter().flatten().any(|side| side != exact),
                None => on.beside && below.is_some() && above.is_some() && below != above,
            };
            if shows {
                return Some(Sides { worlds, said, at });
            }
        }
        None
    }

    /// Data exactly on the threshold, with the ways to step off it.
    fn on(&self, world: &World, at: At, atom: &Atom<'_>) -> Vec<(World, At)> {
        let here = |ways: Vec<World>| ways.into_iter().map(|w| (w, at)).collect::<Vec<_>>();
        match atom {
            Atom::Number { left, right, .. } => here(self.solver.on_bound(world.clone(), (left, right), at)),
            Atom::Point { left, right, .. } => here(self.solver.put_point(world.clone(), left, right, at)),
            Atom::Series(Expr::Series { table, filter, value, years, .. }) => {
                here(self.solver.years(world.clone(), (*table, filter.as_deref(), value), i64::from(*years), at, 0))
            }
            Atom::Series(_) => Vec::new(),
            Atom::Switch { steps, inner, of } => self.switch(world, at, (steps, inner), of),
            Atom::Tolerance { rows, condition, tolerance } => here(self.tolerated(world, rows, condition, tolerance)),
            Atom::Least { .. } => Vec::new(),
        }
    }

    /// A threshold that chooses another one: the value is put where the two differ.
    fn switch(
        &self,
        world: &World,
        at: At,
        (steps, inner): (&[targets::Step<'_>], &Atom<'_>),
        (_, left, right): &(crate::plan::CompareOp, &Expr, &Expr),
    ) -> Vec<(World, At)> {
        let mut found = Vec::new();
        for (world, inner_at) in self.solver.prepare(world.clone(), steps, at) {
            for (on, _) in self.on(&world, inner_at, inner) {
                let beside = [Some(on.clone()), on.moved(self.plan(), false), on.moved(self.plan(), true)];
                for bound in beside
                    .into_iter()
                    .flatten()
                    .flat_map(|w| self.solver.fill(w, right, at))
                    .filter_map(|w| self.solver.known(&w, right, at))
                {
                    let ways = self.solver.fill(on.clone(), right, at).into_iter().flat_map(|w| self.solver.set(w, left, at, &bound));
                    found.extend(ways.map(|w| (World { moves: on.moves.clone(), ..w }, at)));
                }
            }
        }
        found
    }

    /// As many failing rows as are let pass; one more or less is the step.
    fn tolerated(&self, world: &World, rows: &crate::plan::Rows, condition: &Expr, tolerance: &Tolerance) -> Vec<World> {
        match tolerance {
            Tolerance::Share(share) => {
                let scope = crate::plan::Scope { rows: rows.clone(), extent: crate::plan::Extent::Subject };
                let wanted = rows::Rows { scope: &scope, condition: Some(condition), whole: true };
                self.solver.so_many(world.clone(), &wanted, At::Subject, share)
            }
            Tolerance::Exceptions(most) => {
                let failing = |n: usize| {
                    let passing = self.solver.alike(world.clone(), rows, condition, 1, true)?;
                    self.solver.alike(passing, rows, condition, n, false).map(Box::new)
                };
                let Some(on) = failing(*most) else { return Vec::new() };
                let moves = vec![Move::Rows { down: most.checked_sub(1).and_then(failing), up: failing(most + 1) }];
                vec![World { moves, ..*on }]
            }
        }
    }

    /// As many parts met as are asked for, the others above their floors.
    fn least(&self, start: &World, target: &Target<'_>, parts: &[&crate::plan::Part], least: usize) -> Vec<(World, At)> {
        let met = |n: usize| {
            self.solver.left.set(solve::TOGETHER);
            let steps: Vec<targets::Step<'_>> = target.steps.iter().cloned().chain(targets::so_many_met(parts, n)).collect();
            self.solver.standing_so(start, &steps).map(Box::new)
        };
        let Some(on) = met(least) else { return Vec::new() };
        let up = (least < parts.len()).then(|| met(least + 1)).flatten();
        vec![(World { moves: vec![Move::Rows { down: least.checked_sub(1).and_then(met), up }], ..*on }, At::Subject)]
    }

    /// Levels of which one and all better ones count as met.
    fn levels(&mut self, aim: &Aim, check: &Check) {
        let plan = self.plan();
        let Some(from) = plan.judgements.as_ref().filter(|_| matches!(check.kind, CheckKind::Judgement { .. })) else { return };
        let is_scored = plan.item(&aim.of).is_some_and(|i| i.full.is_some());
        let field = from.conclusion.and_then(|f| world::field(plan, from.table, f.0));
        let Some(FieldType::Choice { options, ordered: true }) = field.map(|f| &f.ty).filter(|_| !is_scored) else { return };
        let world = |level: Option<usize>| {
            let level = level.filter(|l| *l < options.len())?;
            verdict::concluded(plan, &self.start(), aim.of.id(), level)
        };
        let worlds = [world(from.met_option.checked_sub(1)), world(Some(from.met_option)), world(Some(from.met_option + 1))];
        let said = worlds.clone().map(|w| w.and_then(|w| self.said(&w, aim)));
        let met = options.get(from.met_option).cloned().unwrap_or_default();
        let title = format!("{} 评定为{met}", aim.of.id());
        self.put(aim, &title, ["低一级", "正好", "高一级"], Sides { worlds, said, at: At::Subject });
    }

    /// What the standard says of the rows; `None` where they are wrong.
    fn said(&self, world: &World, aim: &Aim) -> Option<String> {
        if let Some(text) = &aim.verification {
            return judge::verified(self.plan(), &world.case(self.plan()), text).map(|c| c.word().to_owned());
        }
        judge::said(self.plan(), world.case(self.plan()), (&aim.of, aim.check), aim.scored, aim.flagged)
    }

    fn write(&mut self, aim: &Aim, name: &str, target: &Target<'_>, sides: Made) {
        match sides {
            Err(reason) => {
                let told = format!("{name} {}", text::threshold(&self.solver, target, None, At::Subject));
                self.made.unmade.push((told.trim().to_owned(), reason));
            }
            Ok(sides) => {
                let threshold = text::threshold(&self.solver, target, sides.worlds.iter().flatten().nth(1), sides.at);
                let names = if sides.worlds.get(1).is_some_and(Option::is_none) { NEAREST } else { Self::side_names(target) };
                self.put(aim, &format!("{name} {threshold}"), names, sides);
            }
        }
    }

    /// Each side in words, by what the value does and not the cell that was changed.
    fn side_names(target: &Target<'_>) -> [&'static str; 3] {
        let inner = match &target.atom {
            Atom::Switch { inner, .. } => inner,
            other => other,
        };
        match inner {
            Atom::Point { right: Expr::Month(_), .. } => ["早一个月", "正好", "晚一个月"],
            Atom::Point { right: Expr::Date(_), .. } => ["早一天", "正好", "晚一天"],
            Atom::Point { .. } => ["低一级", "正好", "高一级"],
            Atom::Series(_) => ["比上年低一步", "与上年持平", "比上年高一步"],
            Atom::Tolerance { tolerance: Tolerance::Share(_), .. } => ["少一行达到", "正好", "多一行达到"],
            Atom::Tolerance { .. } => ["少一行不达到", "正好", "多一行不达到"],
            Atom::Least { .. } => ["少一项", "正好", "多一项"],
            Atom::Number { left, .. } => {
                let is_count = matches!(left, Expr::Aggregate { function: Aggregate::Count | Aggregate::Share, .. });
                if is_count { ["少一行", "正好", "多一行"] } else { ["低一步", "正好", "高一步"] }
            }
            Atom::Switch { .. } => ["低一步", "正好", "高一步"],
        }
    }

    fn put(&mut self, aim: &Aim, title: &str, names: [&str; 3], sides: Sides) {
        let round = |title: String, titles: &[String]| {
            let taken = |t: &str| titles.iter().any(|x| x == t);
            if !taken(&title) {
                return title;
            }
            (2..).map(|n| format!("{title}（{n}）")).find(|t| !taken(t)).unwrap_or(title)
        };
        let title = round(title.to_owned(), &self.titles);
        self.titles.push(title.clone());
        self.made.thresholds += 1;
        for ((world, said), name) in sides.worlds.into_iter().zip(sides.said).zip(names) {
            let Some((world, said)) = world.zip(said) else { continue };
            self.made.text.push_str(&text::case(self.plan(), &world, &format!("{title}：{name}"), &aim.expectation(&said)));
            self.made.cases += 1;
        }
    }
}

impl Aim {
    /// The standard as a whole.
    fn whole() -> Self {
        Self {
            of: ItemRef::Indicator(String::new()),
            check: None,
            label: None,
            scored: false,
            flagged: false,
            graded: false,
            verification: None,
        }
    }

    /// `期望 指标 1 要点 2 “甲”：达到`
    fn expectation(&self, said: &str) -> String {
        let id = self.of.id();
        if let Some(text) = &self.verification {
            return format!("核验 {}：{said}", crate::syntax::print::quoted(text));
        }
        if id.is_empty() {
            return format!("{}：{said}", if self.graded { "等级" } else { "结论" });
        }
        let number = id.rsplit_once('.').map_or(id, |(_, n)| n);
        let of = match &self.of {
            ItemRef::Indicator(_) => format!("指标 {id}"),
            ItemRef::Point(_) => format!("指标 {} 要点 {number}", id.rsplit_once('.').map_or("", |(i, _)| i)),
            ItemRef::Veto(_) => format!("否决 {number}"),
            ItemRef::Qualification(_) => format!("资格 {number}"),
        };
        let label = self.label.as_ref().map(|l| format!(" {}", crate::syntax::print::quoted(l))).unwrap_or_default();
        format!("{of}{label}：{said}")
    }
}

/// A number as it is read in a title.
fn number(value: &Num) -> String {
    format_decimal(value, 6)
}

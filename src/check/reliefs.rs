//! What suffices instead of a rule, up to a day; and how many rows may fail.

use super::expression::Elaborator;
use super::several::floor;
use super::types::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Judged, Relief, Tolerance};
use crate::source::Spanned;
use crate::syntax::ast;
use crate::syntax::print::date as date_text;
use crate::value::{Num, Text, format_decimal, num};

impl Elaborator<'_, '_> {
    /// Adds to a condition the reliefs that still hold; `share` is what the rest of several parts must reach.
    pub(super) fn relieved(&mut self, mut judged: Judged, reliefs: &[ast::Relief], context: &Context, share: Option<&Num>) -> Judged {
        for relief in reliefs {
            let filter = relief.filter.as_ref().map(|f| self.condition(f, context).expr);
            let before = self.diagnostics.len();
            let own = self.judged(&relief.condition, context);
            let floor = share.and_then(|share| own.comparison.as_ref().and_then(|c| floor(c, share)));
            if share.is_some() && floor.is_none() && self.diagnostics.len() == before {
                self.no_floor(relief.condition.span);
            }
            let until = relief.until.as_ref().map(|d| date_text(d.node));
            match (&relief.until, self.on) {
                (Some(last), Some(on)) if on > last.node => continue,
                (Some(last), None) => {
                    self.undated.push(format!("宽限“{}”（至 {}）是否还有效按日期而定", relief.label.node, date_text(last.node)));
                }
                _ => {}
            }
            judged.reliefs.push(Relief {
                label: Text::kept(&relief.label.node),
                until,
                duty: relief.duty.as_ref().map(|d| Text::kept(&d.node)).unwrap_or_default(),
                filter,
                condition: own.condition,
                comparison: own.comparison,
                floor,
            });
        }
        judged
    }

    /// How many rows may fail.
    pub(super) fn tolerance(&mut self, written: Option<&ast::Tolerance>) -> Option<Tolerance> {
        match written? {
            ast::Tolerance::Share(share) => self.whole_share(share).map(Tolerance::Share),
            ast::Tolerance::Exceptions(count) => {
                let whole = format_decimal(&count.node, 12).parse::<usize>().ok().filter(|n| *n > 0);
                if whole.is_none() {
                    let error = Diagnostic::error(Code::PARTS, count.span, "例外的个数要是不小于 1 的整数").here("这里");
                    self.diagnostics.push(error.help("一个例外也不允许的，删去“允许 … 个例外”"));
                }
                whole.map(Tolerance::Exceptions)
            }
        }
    }

    fn whole_share(&mut self, written: &Spanned<Num>) -> Option<Num> {
        let share = &written.node / num(100);
        if share > num(0) && share < num(1) {
            return Some(share);
        }
        let error = Diagnostic::error(Code::PARTS, written.span, "达到的比例要大于 0%、小于 100%").here("这里");
        self.diagnostics.push(error.help("要每一行都达到的，删去“至少 … 达到”"));
        None
    }
}

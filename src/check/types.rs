//! Types of expressions, and where an expression stands.

use crate::plan::{Expr, FieldId, Rows, TableId};
use crate::source::Span;
use crate::value::{Num, Unit};

/// The type of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// A number with the unit it is shown in; the value itself is in base units.
    Number(Unit),
    /// True, false or not known.
    Truth,
    Text,
    Month,
    Date,
    /// One of a field's options.
    Choice {
        table: TableId,
        field: FieldId,
    },
    /// `近 n 年`
    LastYears(u32),
    /// `前 n 年`
    YearsBefore(u32),
    /// Already complained about; agrees with everything.
    Unknown,
}

impl Type {
    /// The reader's word for it.
    pub fn word(&self) -> String {
        match self {
            Self::Number(unit) if unit.name.is_empty() => "数".into(),
            Self::Number(unit) => format!("数（{}）", unit.name),
            Self::Truth => "是非判断".into(),
            Self::Text => "文本".into(),
            Self::Month => "年月".into(),
            Self::Date => "日期".into(),
            Self::Choice { .. } => "选项".into(),
            Self::LastYears(_) | Self::YearsBefore(_) => "年限".into(),
            Self::Unknown => "未知".into(),
        }
    }
}

/// An expression with its type and place.
#[derive(Debug, Clone)]
pub struct Typed {
    pub expr: Expr,
    pub ty: Type,
    pub span: Span,
}

impl Typed {
    /// What stands in for an expression that was complained about.
    pub fn broken(span: Span) -> Self {
        Self { expr: Expr::Bool(false), ty: Type::Unknown, span }
    }

    /// A plain constant, if it is one.
    pub fn constant(&self) -> Option<&Num> {
        match &self.expr {
            Expr::Number(n) => Some(n),
            _ => None,
        }
    }

    /// Whether this is the number 0, which agrees with every unit.
    pub fn is_zero(&self) -> bool {
        self.constant().is_some_and(|n| *n == Num::ZERO)
    }
}

/// Where an expression stands: what its names mean there.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The table of the current row; the subject's own table in the subject's context.
    pub row: Option<TableId>,
    /// Whether `row` is one row among many (`每个 …`, the argument of an aggregate) rather than the subject's.
    pub is_member: bool,
    /// The rows that `本组` stands for.
    pub group: Option<Rows>,
    /// Whether functions over the items of a nature may stand here.
    pub in_verdict: bool,
    /// Arguments of the definition being read, by name.
    pub arguments: Vec<(String, Typed)>,
    /// Definitions being read, outermost first, to find cycles.
    pub reading: Vec<(String, Span)>,
}

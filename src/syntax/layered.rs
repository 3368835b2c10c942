//! The tree of a layer's changes.

use super::ast::{ItemKind, Text};
use crate::source::{Span, Spanned};

/// What is done to what the base says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// 修订: the parts that are written change, the others stay.
    Amend,
    /// 替换
    Replace,
    /// 删除
    Delete,
    /// 增加
    Add,
    /// 补充: to lists, and where nothing stood.
    Supplement,
}

impl Verb {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Amend => "修订",
            Self::Replace => "替换",
            Self::Delete => "删除",
            Self::Add => "增加",
            Self::Supplement => "补充",
        }
    }
}

/// Which part of the item a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    Whole,
    /// The only point of the indicator.
    Point,
    /// The only field of the table.
    Field,
}

#[derive(Debug, Clone)]
pub struct Change {
    pub verb: Spanned<Verb>,
    /// As an ordinary declaration; of a part that is not written the place is empty ([`is_written`]).
    pub what: ItemKind,
    pub part: Extent,
    /// Whether the type of the field is written.
    pub has_type: bool,
    pub placement: Option<Placement>,
}

/// `在 指标 38 之后`
#[derive(Debug, Clone)]
pub struct Placement {
    /// `指标 38`
    pub anchor: Text,
    pub relation: Relation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    After,
    Before,
    /// As the last of a category.
    Within,
}

/// Whether a part of a changed declaration is written: even an empty text has its quotes.
pub fn is_written(span: Span) -> bool {
    span.end > span.start
}

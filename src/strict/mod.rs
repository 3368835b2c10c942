//! Two plans → what of a layer is not, or may not be, at least as strict as its base.
//!
//! Takes the plans of a standard with and without its uppermost layer; gives every item that is looser, or that cannot be shown not to
//! be, with values that pass the layer and fail the base. A layer is only stricter where no data that both read passes it and fails its
//! base; data that are missing may leave the base open. What is accepted is proven; what is called looser is shown by data that both
//! plans judge, or follows from the rule itself.

mod align;
mod checks;
mod data;
mod days;
mod items;
mod logic;
mod order;
mod places;
mod relation;
mod rows;
mod witness;

pub use days::prove;
pub use places::Places;
pub use relation::{asks, covers};

use crate::plan::Plan;
use crate::source::Span;
use checks::{Doubt, Pair};

/// A doubt, the thing that it is about, and where the two rules stand that differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// `指标 1`, `要点 2`.
    called: Vec<String>,
    doubt: Doubt,
    base: Option<Span>,
    layer: Option<Span>,
}

impl Found {
    fn at(called: Vec<String>, doubt: Doubt) -> Self {
        Self { called, doubt, base: None, layer: None }
    }

    fn base(self, span: Span) -> Self {
        Self { base: Some(span), ..self }
    }

    fn layer(self, span: Span) -> Self {
        Self { layer: Some(span), ..self }
    }

    /// Whether the layer is known to be looser.
    pub fn is_looser(&self) -> bool {
        self.doubt.looser
    }

    /// What it is about, `指标 1 要点 2`.
    pub fn called(&self) -> String {
        self.called.join(" ")
    }

    /// Values that pass the layer and fail the base, where some are known.
    pub fn example(&self) -> Option<&str> {
        self.doubt.example.as_deref()
    }
}

/// Compares a layer with the standard that it stands on, both on the same day.
pub fn compare(base: &Plan, layer: &Plan) -> Vec<Found> {
    let pair = Pair::new(base, layer);
    let mut found = Vec::new();
    data::compare(&pair, &mut found);
    let gains = items::compare(&pair, &mut found);
    items::verdict(&pair, &gains, &mut found);
    found
}

/// Said where there is no day on which both are whole.
fn incomparable() -> Found {
    Found::at(vec!["标准".to_owned()], Doubt::open("上级标准单独编译不出来，没有可比较的内容"))
}

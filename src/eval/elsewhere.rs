//! Checks that another engine judged: what is made of them stays here.

use super::outcome::CheckOutcome;
use crate::plan::Item;

/// What was judged elsewhere.
pub(crate) trait Elsewhere {
    /// The check of an item, by its place in it, for a subject by its row.
    fn check(&self, item: &Item, index: usize, subject: u32) -> CheckOutcome;
    /// What the data say against a full judged score.
    fn flags(&self, item: &Item, results: &[CheckOutcome], subject: u32) -> Vec<String>;
}

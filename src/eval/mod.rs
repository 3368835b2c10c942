//! Plan + Dataset → Outcome: evaluates expressions, judgements and scores, exactly.
//!
//! Takes a plan and the data; gives the outcome. Knows no file format and no template.

mod outcome;

pub use outcome::*;

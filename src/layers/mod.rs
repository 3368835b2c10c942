//! Ast + Ast → Ast: a standard and the layers that change it become one standard.
//!
//! Takes the path of a standard's folder; gives the texts of its whole chain of bases, and merges their trees, innermost first. Every node
//! keeps the place it was written at, and with the file its layer. Knows no name's meaning beyond what it is called.

mod amend;
mod change;
mod find;
mod flatten;
mod history;
mod manifest;
mod order;
mod remarks;

pub use change::chain;
pub use flatten::flatten;
pub use history::{Called, History, Touch, names};
pub use manifest::{Layer, Loaded, Manifest, load};

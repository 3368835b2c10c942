//! Text → Ast: pest pairs to the tree as written.
//!
//! Takes one file's text; gives its items and every complaint about its form. Knows no name's meaning.

pub mod ast;

//! biaochi 标尺: a compiler for indicator standards.

pub mod builtins;
pub mod check;
pub mod data;
pub mod diagnostic;
pub mod eval;
pub mod layers;
pub mod plan;
pub mod resolve;
pub mod source;
pub mod syntax;
pub mod value;

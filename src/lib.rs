//! biaochi 标尺: a compiler for indicator standards.

pub mod data;
pub mod diagnostic;
pub mod eval;
pub mod plan;
pub mod report;
pub mod source;
pub mod syntax;
pub mod value;

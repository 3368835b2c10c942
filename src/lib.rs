//! biaochi 标尺: a compiler for indicator standards.

pub mod builtins;
pub mod check;
pub mod data;
pub mod diagnostic;
pub mod eval;
pub mod layers;
pub mod plan;
pub mod report;
pub mod resolve;
pub mod source;
pub mod syntax;
pub mod value;

use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::plan::Plan;
use crate::source::SourceMap;

/// How to compile.
#[derive(Debug, Clone, Default)]
pub struct CompileOptions {
    /// The day on which dated values are read.
    pub date: Option<String>,
}

/// What a compilation gives; the plan is missing where the spec has errors.
#[derive(Debug, Clone)]
pub struct Compiled {
    pub sources: SourceMap,
    pub plan: Option<Plan>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles the standard in a folder with a `biaochi.toml`, or that file.
pub fn compile(_path: &Path, _options: &CompileOptions) -> Compiled {
    let missing = Diagnostic::at(Code::MISSING_DECLARATION, Place::None, "缺少必要的声明");
    Compiled { sources: SourceMap::default(), plan: None, diagnostics: vec![missing] }
}

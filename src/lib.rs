//! biaochi 标尺: a compiler for indicator standards.
//!
//! | stage | room | input → output |
//! |---|---|---|
//! | places | [`source`] | texts → ids, spans, lines |
//! | findings | [`diagnostic`] | what is wrong → text, JSON, SARIF |
//! | values | [`value`] | exact numbers, units, roots |
//! | reading | [`syntax`] | text → `ast` |
//! | files | [`layers`] | folder → manifest and texts |
//! | functions | [`builtins`] | name → function |
//! | plan | [`plan`] | the typed plan, and how it prints |
//! | names | [`resolve`] | `ast` → symbols |
//! | meaning | [`check`] | `ast` + symbols → plan |
//! | data | [`data`] | files + plan → typed columns |
//! | judging | [`eval`] | plan + data → outcome |
//! | reporting | [`report`] | plan + outcome → documents |
//!
//! A room imports only rooms above it; the command line sees only what is public here. Expressions are resolved and typed in one
//! walk that writes the plan's expressions, so the plan's types stand before the rooms that make them.

pub mod source;

pub mod diagnostic;

pub mod value;

pub mod syntax;

pub mod layers;

pub mod builtins;

pub mod plan;

pub mod resolve;

pub mod check;

pub mod data;

pub mod eval;
pub mod plan;
pub mod report;
pub mod source;
pub mod syntax;
pub mod value;

//! Plan → SQL: one script for an engine that holds the data, and the outcome from what it hands back.
//!
//! Takes a plan and the name of an engine, later a folder of results; gives a script, later the outcome that a run over the same data gives.
//! Knows no data file and no report. What differs between engines stands in a file for each.
//!
//! Every expression becomes a few columns: a number is `factor × over / under` in exact decimals with what is missing for it, a truth is a
//! short text (see `expression`). Comparisons are multiplied out; whether the engine's decimals are wide enough is proven from the fields'
//! widths when the script is written. Square roots are bounded by machine numbers, and what lies within the bound is settled here.

mod aggregate;
mod cell;
mod check;
mod dialect;
mod duckdb;
mod engine;
mod exact;
mod export;
mod expression;
mod function;
mod group;
mod judged;
mod lower;
mod points;
mod postgres;
mod recipe;
mod results;
mod rough;
mod rows;
mod scope;
mod script;
mod spark;
mod statistic;
mod tables;
mod tally;
mod verdict;

pub use dialect::Dialect;
pub use export::csv_tables;
pub use results::{Results, outcome, read_results};
pub use script::{Script, ScriptOptions, lower};

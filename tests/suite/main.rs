//! The one test binary: walls and budgets, the command line.

mod audit;
mod cases;
mod cli;
mod diagnostics;
mod diff;
mod documents;
mod fmt;
mod format;
mod forms;
mod golden;
mod injection;
mod layers;
mod lint;
mod nation;

mod outcomes;
mod parquet;
mod readme;
mod reference;
mod reports;
mod robust;
mod rules;
mod specs;
mod sql;
mod stages;
mod standards;
mod stricter;
mod templates;
mod tidy;
mod verification;
mod walkthrough;
mod word;
mod workbooks;
mod working;

//! Files → Dataset: reads a subject's spreadsheets against the plan's tables.
//!
//! Takes paths and a plan; gives typed columns in which every row knows its file and line, and all complaints at once.
//! Knows no rule and no verdict.

mod aside;
mod calendar;
mod case;
mod cell;
mod columns;
mod complaints;
mod cuts;
mod dataset;
mod encoding;
mod files;
mod header;
mod index;
mod items;
mod keys;
mod lanes;
mod layout;
mod load;
mod misnamed;
mod naming;
mod narrow;
mod order;
#[cfg(feature = "parquet")]
mod parquet;
mod partial;
mod parts;
mod plain;
mod raw;
mod records;
mod row_places;
mod shares;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod totals;
mod whose;
mod workbook;

pub use aside::{ASIDE, GUIDE, NOTHING, SHARE, TEXT};
pub use case::of_case;
pub use columns::{Cells, Column, Numbers, Whole};
pub use dataset::{Dataset, InputFile, TableData};
pub use load::{LoadOptions, load, load_with};
pub use narrow::{Narrow, Width};
pub use raw::{RawCell, RawSheet, raw};
pub use row_places::Places;
pub use texts::Texts;

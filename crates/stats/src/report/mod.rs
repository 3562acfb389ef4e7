//! Snapshots turned into text and bytes, purely: nothing here asks the time, a terminal or a setting.
mod brief;
pub mod csv;
mod facts;
pub mod json;
mod junit;
pub mod lag;
pub mod locust_web;
pub mod machines;
mod markdown;
pub mod prometheus;
mod python_text;
mod remarks;
mod requests_sheet;
mod series;
pub mod streams;
pub mod summary;
pub mod table;

pub use brief::{foremost, milliseconds, shortened};
pub use facts::{End, Facts};
pub use junit::junit;
pub use lag::{Health, Light};
pub use markdown::{cell, markdown};
pub use python_text::{push_float, push_json_text, unix_seconds, utc};
pub use remarks::losses;
pub use requests_sheet::RequestsSheet;

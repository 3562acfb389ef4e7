//! Snapshots turned into text and bytes, purely: nothing here asks the time, a terminal or a setting.
pub mod csv;
pub mod json;
pub mod machines;
pub mod prometheus;
mod python_text;
pub mod table;

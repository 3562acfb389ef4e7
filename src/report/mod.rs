//! Snapshots turned into text and bytes, purely: nothing here asks the time, a terminal or a setting.
pub mod prometheus;
pub mod table;

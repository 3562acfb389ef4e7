//! Snapshots turned into text and bytes, purely: nothing here asks the time, a terminal or a setting.
mod facts;
mod junit;
mod markdown;
pub mod table;

pub use facts::Facts;
pub use junit::junit;
pub use markdown::{escaped, markdown};

//! Runs from files: result stores, summaries, HTML reports.
mod entry;
mod html;
mod load;
mod regular;
mod streams;
mod times;
mod unreadable;

pub use html::report_data;
pub use load::{load, load_summary};
pub use regular::read_file;
pub use times::times_of;
pub use unreadable::Unreadable;

//! What the suite sees of a finished call: its response or failure, and where it was made.
pub mod exchange;
pub mod failure;
mod fields;
pub mod labels;
pub mod place;
pub mod response;
pub mod wire_text;

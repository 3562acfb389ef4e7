//! What the suite sees of a finished call: its response or failure, and where it was made.
pub mod exchange;
pub mod failure;
pub mod place;

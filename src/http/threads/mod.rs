//! The I/O threads, and the way in and out of them: the `engine` owns one `lane` for each, commands reach it through its
//! `inbox`.

pub(crate) mod engine;
mod inbox;
mod lane;
pub(crate) mod options;

//! The I/O threads, and the way in and out of them: the `engine` owns an `io_thread` for each, which runs a `lane`;
//! commands reach it through its `inbox`.

#[cfg(test)]
mod call_tests;
mod carriers;
pub(crate) mod engine;
mod inbox;
mod io_thread;
mod lane;
pub(crate) mod options;
#[cfg(test)]
mod turn_tests;

//! The I/O threads, and the way in and out of them: the `engine` owns an `io_thread` for each, which runs a `lane`;
//! commands reach it through its `inbox`.

#[cfg(test)]
mod call_tests;
pub(crate) mod engine;
mod inbox;
mod io_loop;
mod io_thread;
pub(crate) mod options;
mod task_pool;
#[cfg(test)]
mod turn_tests;

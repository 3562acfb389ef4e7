//! The hub's native half: parks greenlets, wakes them when the engine has an answer.
//!
//! One queue (`inbox`) carries all answers to the script thread; the first of a batch wakes gevent's loop, which watches
//! a descriptor. The drain (`resume`) runs on gevent's hub greenlet, takes what came and switches straight into each
//! waiting greenlet, for some milliseconds at a time. Greenlets wait in numbered `slots`: index and generation make a
//! `Ticket`, so that a late answer for a killed waiter finds nobody and is dropped. Users' `waits` never leave this
//! thread: an alarm ends them. Who only lets others run once stands in a line of its own (`yields`) until the loop's
//! next turn. `park`, `pause` and `watched` are the waiting side, `start` the beginning, `exports` what Python calls.
//!
//! Rules of the switch stand in `system/greenlet.rs`. No lock of this room is held while Python code runs.
mod death;
mod exports;
mod foreign;
mod inbox;
mod network;
mod park;
mod pause;
mod process;
mod queues;
mod resume;
mod settle;
mod slots;
mod start;
mod state;
mod system;
mod watched;

pub use death::on_io_thread_death;
pub use exports::{
    count_attempt, hold_waits, owed, parked, record_lag_in, settle_owed, sleep, waiting,
};
#[cfg(debug_assertions)]
pub use exports::{
    limit_native_threads_for_tests, panic_for_tests, set_clock_for_tests, stall_for_tests,
};
pub use foreign::{Inside, end_foreign_calls};
pub use network::{fixed_address_of, has_fixed_addresses, set_io_threads, set_network};
pub use park::Interrupted;
pub use process::bind_script_thread;
pub use settle::settle_all;
pub use start::{hub, io_threads};
pub use state::Hub;
pub use system::leave::leave;
pub use system::signals::SignalsHeldBack;
pub use system::tcp::bytes_received;
pub use system::waker::Waker;
pub use watched::Watched;

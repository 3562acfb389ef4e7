//! The hub's native half: parks greenlets, wakes them when the engine has news.
//!
//! One queue (`inbox`) carries all news to the script thread; the first news of a batch rings one
//! eventfd, which is watched by gevent's loop. The drain (`resume`) runs on gevent's hub greenlet,
//! takes what came and switches straight into each waiting greenlet, for some milliseconds at a
//! time. Greenlets wait in numbered `slots`: index and generation make a `Ticket`, so that late news
//! for a killed waiter finds nobody and is dropped. Users' `waits` never leave this thread: an
//! `alarm` ends them. Who only lets others run once stands in a line of its own (`yields`) until the
//! loop's next turn. `park` is the waiting side, `start` the beginning, `exports` what Python sees.
//!
//! Rules of the switch stand in `greenlet.rs`. No lock of this room is held while Python code runs.
mod alarm;
mod exports;
mod ffi;
mod greenlet;
mod inbox;
mod park;
mod resume;
mod slots;
mod start;
mod waits;
pub mod waker;
mod yields;

#[cfg(debug_assertions)]
pub use exports::panic_for_tests;
pub use exports::{on_io_thread_death, owed, parked, record_lag_in, sleep, waiting};
pub use park::{Hub, Interrupted};
pub use start::{
    bind_script_thread, fixed_address_of, has_fixed_addresses, hub, is_current, set_io_threads,
    set_network,
};

//! The owner of a run: what it publishes, who gets the sums, and when. One native thread, the *service thread*, wakes
//! up when an output is due (once a second unless it says otherwise), takes one snapshot and hands it to every output
//! that is due.
//!
//! Nothing here takes a lock that user code holds, and nothing can ask the interpreter: what the runner knows lies in
//! a `Board` that the runner writes, and what an output has to say (a full disk, a limit crossed) is put on a
//! `Newsroom`, where whoever owns the run picks it up.
mod machines;
mod notification;
mod output;
mod publisher;
mod service;

pub use notification::{News, Newsroom};
pub use output::{Output, Trouble};
pub use publisher::Board;
pub use service::{Ended, Running, Service};

//! What lasts longer than a call: the sender with its connections, cookies, and who listens to samples.
pub mod destination;
pub mod fallback;
pub mod jar;
pub mod listener;
pub mod originals;
pub mod python_call;
pub mod report;
pub mod sender;
mod watch;
pub mod with_block;

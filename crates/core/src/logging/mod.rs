//! What the engine does, as `tracing` events with fields, for Python's `logging`: which of them are wanted, one bounded
//! queue that they wait in, and the subscriber between. Nothing here takes the interpreter: a waker has the script
//! thread collect them. While nothing is wanted there is no subscriber, and an event costs one relaxed load.
//!
//! Events carry no secret: URLs without user info and query, no headers, no cookies, no bodies.
mod directives;
mod fields;
mod levels;
mod queue;
mod subscriber;
mod targets;

pub use directives::{BadDirective, directives};
pub use fields::milliseconds;
pub use levels::{Levels, OFF, TRACE, python_level};
pub use queue::{Queue, Record};
pub use subscriber::{begin, end};
pub use targets::{TARGETS, logger_of};

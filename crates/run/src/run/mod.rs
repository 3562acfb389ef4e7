//! The owner of a run. Whoever runs the users (Python, or a test) holds the `Run`: it writes the state, takes ticks for
//! its tables, and takes orders. Everybody else holds a `RunHandle`: the published state, the ticks, and the way in.
//!
//! One native thread, the *service thread*, takes a tick once a second and hands it to the outputs. Nothing here takes
//! a lock that user code holds, and nothing can ask the interpreter.
mod fork_guard;
mod handle;
mod machine_monitor;
mod notifications;
mod order;
mod output;
mod owner;
mod publisher;
mod service;
mod slot;
mod thread_watch;
mod ticker;

pub use handle::RunHandle;
pub use notifications::{Notification, Notifications};
pub use order::{HttpAnswer, HttpRequest, Order, PendingReceipt, Receipt, TakenOrder};
pub use output::{Output, OutputError};
pub use owner::Run;
pub use publisher::StatePublisher;
pub use service::{Ended, Running, Service};

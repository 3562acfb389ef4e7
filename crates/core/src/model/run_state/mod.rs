//! What is published of a run beside its sums: its state, its users, its exceptions, and the workers of a master.
mod run;
mod state;
mod worker;

pub use run::{ClassCount, ExceptionRow, RunState};
pub use state::State;
pub use worker::{Loss, Worker};

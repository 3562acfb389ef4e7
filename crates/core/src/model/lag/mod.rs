//! How late the generator itself was: the three kinds of scheduling lag, and I/O threads that stood still.
mod standstill;
mod summary;

pub use standstill::Standstill;
pub use summary::{Lag, LagSummary};

//! A run beside its users: what the runner says of it, what is written and sent out, how it is judged.
pub mod board;
pub mod outputs;
pub mod telemetry;
pub mod verdict;

//! A run beside its users: its owner's side, what is written and sent out, how it is judged.
pub mod order;
pub mod outputs;
pub mod owner;
pub mod telemetry;
pub mod verdict;

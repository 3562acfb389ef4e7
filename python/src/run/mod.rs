//! A run beside its users: its owner's side, its settings, what is written and sent out, how it is judged, what the
//! engine logs, what the allocator keeps.
pub mod allocator;
pub mod end_guard;
pub mod engine_log;
pub mod facts;
pub mod order;
pub mod owner;
pub mod settings;
pub mod telemetry;
pub mod verdict;
pub mod waker;
pub mod wire;

//! The node of a master: it knows the workers, hears and answers them, and adds up what they report.
mod allowance;
mod connections;
pub(super) mod gate;
mod known;
mod losses;
mod roster;
mod sequence;
mod server;
mod serving;
mod shared;
mod watch;

pub use roster::HeartbeatTimeouts;
pub use server::Server;
pub use watch::BytesReceived;

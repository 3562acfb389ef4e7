//! TLS: settings, whom to trust, handshakes, and faults by kind.

mod accept_all;
mod anchors;
pub(crate) mod fault;
pub(crate) mod handshake;
mod judged;
mod names;
mod pem;
pub(crate) mod profile;
pub(crate) mod settings;

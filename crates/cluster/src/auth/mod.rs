//! `--master-secret`: nodes that prove to each other that they know it, and frames that nobody else can make, change, send
//! again or send back. Who reads the network reads along: nothing is encrypted. The design and what it does not stop:
//! `docs/decisions/0028-frames-are-proven-not-hidden.md`.
//!
//! Everything travels as messages of Locust's form, so that a node without a secret passes over it instead of breaking.
mod channel;
mod refusal;
mod secret;
mod window;

pub use channel::{Channel, End, tag_of};
pub use refusal::{Refusal, Unproven};
pub use secret::{Nonce, Secret, nonce};

/// A worker's first word, each second until it is answered.
pub const HELLO: &str = "rlocust_hello";
/// A master's answer.
pub const WELCOME: &str = "rlocust_welcome";
/// Whatever follows, both ways.
pub const SEALED: &str = "rlocust_sealed";

//! The HTTP client: what Locust's two clients put on the wire, done on I/O threads of ours.
//!
//! `Engine` owns the threads, `Session` is one user's connections and cookies, a `Call` goes in
//! through `Engine::submit` and exactly one `Reply` comes back through the `Sink`. Redirects,
//! cookies, decoding, time limits and retries are done here, by the rules of the client whose
//! `Dialect` the call names. Texts of errors, names and statistics belong to the caller.

mod calls;
mod coding;
mod cookies;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod http1;
mod http2;
mod net;
mod sessions;
mod threads;
mod urls;
mod wire;
mod words;

pub use calls::call::{Call, Command, Dialect, Headers, Method, Redirects, Ticket, Timeouts};
pub use calls::reply::{HeaderBlock, Hop, Reply, Sent, Timing, Version};
pub use coding::decode::Decoders;
pub use cookies::jar::{Cookie, CookieJar, Site};
pub use net::choices::{fixed_address, own_address};
pub use net::proxy::{Names, Proxies, Proxy, ProxyKind, Tunnel};
pub use net::socket::SilentFor;
pub use net::tls::{ClientCertificate, TlsProfile, TlsSetupError, Verify};
pub use sessions::session::{Pool, PoolOptions, Session, SessionOptions};
pub use threads::engine::{Engine, EngineOptions, Sink};
pub use urls::quote;
pub use urls::url::{Scheme, Url, UrlError};
pub use words::error::{HttpError, TlsFault};
pub use words::protocol::Protocol;

pub use crate::model::{Attempts, CutPhase};

//! The HTTP client: what Locust's two clients put on the wire, done on I/O threads of ours.
//!
//! `Engine` owns the threads, `Session` is one user's connections and cookies, a `Call` goes in
//! through `Engine::submit` and exactly one `Outcome` comes back through the `Sink`. Redirects,
//! cookies, decoding, time limits and retries are done here, by the rules of the client whose
//! `Dialect` the call names. Texts of errors, names and statistics belong to the caller.

mod body;
mod choices;
mod chunk_lines;
mod connect;
mod connection;
mod cookie_date;
mod cookie_parse;
mod cookie_policy;
mod cookies;
mod decode;
mod dns;
mod encode;
mod engine;
mod error;
mod escape;
mod exchange;
mod fields;
mod framing;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod head;
mod head_faults;
mod http2;
mod http2_form;
mod inflate;
mod job;
mod lane;
mod lenient_fields;
mod pool;
mod protocol;
mod proxy;
pub mod quote;
mod redirect;
mod request;
mod response;
mod session;
mod socket;
mod spare;
mod status_line;
mod strict_body;
mod tls;
mod url;
mod urlsplit;
mod verify;

pub use choices::{fixed_address, own_address};
pub use cookies::{Cookie, CookieJar, Site};
pub use decode::Decoders;
pub use engine::{Engine, EngineOptions, Sink};
pub use error::{CutPhase, HttpError, TlsFault};
pub use protocol::Protocol;
pub use proxy::{Names, Proxies, Proxy, ProxyKind, Tunnel};
pub use request::{Call, Command, Dialect, Headers, Method, Redirects, Ticket, Timeouts};
pub use response::{Attempts, HeaderBlock, Hop, Outcome, Sent, Timing, Version};
pub use session::{Pool, PoolOptions, Session, SessionOptions};
pub use socket::SilentFor;
pub use tls::{ClientCertificate, TlsProfile, TlsSetupError, Verify};
pub use url::{Scheme, Url, UrlError};

//! The HTTP client: what Locust's two clients put on the wire, done on I/O threads of ours.
//!
//! `Engine` owns the threads, `Session` is one user's connections and cookies, a `Call` goes in
//! through `Engine::submit` and exactly one `Reply` comes back through the `Sink`. Redirects,
//! cookies, decoding, time limits and retries are done here, by the rules of the client whose
//! `Dialect` the call names. Texts of errors, names and statistics belong to the caller.
//!
//! Wings, lowest first; each names only those before it (`tests/engine/arrows` holds it):
//! `errors` · `memory` · `types` · `urls` · `dialects` · `cookies` · `coding` · `tls` · `proxies` · `net` · `wire` · `http1` ·
//! `http2` · `sessions` · `work` · `calls` · `threads` · `costs` (tests)

#![forbid(unsafe_code)]

mod calls;
mod coding;
mod cookies;
#[cfg(test)]
mod costs;
mod dialects;
mod errors;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod http1;
mod http2;
mod memory;
mod net;
mod proxies;
mod sessions;
mod threads;
mod tls;
mod types;
mod urls;
mod wire;
mod work;

pub use calls::call::Call;
pub use calls::command::Command;
pub use calls::reply::{Hop, Reply};
pub use calls::sink::Sink;
pub use coding::decoders::Decoders;
pub use cookies::cookie::Cookie;
pub use cookies::jar::CookieJar;
pub use cookies::site::Site;
pub use dialects::dialect::Dialect;
pub use errors::error::HttpError;
pub use errors::memory_fault::MemoryFault;
pub use errors::tls_fault::TlsFault;
pub use http1::turns::Turns;
pub use net::choices::{fixed_address, own_address};
pub use net::socket::{RoundTrip, SilentFor};
pub use proxies::choice::Proxies;
pub use proxies::proxy::{Names, Proxy, ProxyKind};
pub use proxies::tunnel::Tunnel;
pub use sessions::options::PoolOptions;
pub use sessions::pool::Pool;
pub use sessions::session::{Session, SessionOptions};
pub use threads::engine::Engine;
pub use threads::options::EngineOptions;
pub use tls::profile::TlsProfile;
pub use tls::settings::{ClientCertificate, TlsSetupError, Verify};
pub use types::header_block::HeaderBlock;
pub use types::headers::Headers;
pub use types::limits::{Redirects, Timeouts};
pub use types::method::Method;
pub use types::protocol::Protocol;
pub use types::ticket::Ticket;
pub use types::timing::Timing;
pub use types::version::Version;
pub use urls::scheme::{Scheme, UrlError};
pub use urls::url::Url;
pub use wire::sent::Sent;
pub use work::answer::{Answer, StreamRequest};
pub use work::network::{Destination, Network, Opened, Work};
pub use work::stream::{Arrivals, Stream};
pub use work::wake::Wake;
pub use work::watched::{Watch, Watched};

pub use rlocust_core::model::{Attempts, CutPhase};

/// How the clients spell what a script wrote into the URL on the wire, as pure functions.
pub mod quote {
    pub use super::urls::escape::{requote_uri, urlencode};
    pub use super::urls::ghc_url::ghc_url;
    pub use super::urls::quote_error::QuoteError;
    pub use super::urls::requests_url::{prepared_url, requests_url};
}

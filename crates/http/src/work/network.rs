//! What work of other rooms opens its connections with, on the I/O thread: names, addresses, turns and TLS are those of
//! calls.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::net::connect::{Plain, Steps, Target};
use crate::net::connect_throttle::ConnectThrottle;
use crate::net::connection::Connection;
use crate::net::dns::Dns;
use crate::net::socket::{RoundTrip, SilentFor};
use crate::proxies::choice::Proxies;
use crate::proxies::tunnel::Tunnel;
use crate::sessions::session::Session;
use crate::tls::profile::TlsProfile;
use crate::types::protocol::Protocol;
use crate::urls::url::Url;

use super::stream::Stream;

/// Work for an I/O thread that is no call. It answers for itself, also where it is dropped before its end.
pub type Work = Box<dyn FnOnce(Network) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// The network as the I/O thread of one session sees it.
pub struct Network {
    pub(crate) session: Session,
    pub(crate) dns: Arc<Dns>,
    pub(crate) openings: Arc<ConnectThrottle>,
    pub(crate) silent_for: SilentFor,
    pub(crate) round_trip: RoundTrip,
}

/// Where a connection is to lead, and how.
pub struct Destination<'a> {
    pub url: &'a Url,
    /// Where the URL says so.
    pub tls: &'a Arc<TlsProfile>,
    /// What TLS offers.
    pub protocol: Protocol,
    /// For each address, and for the handshake.
    pub limit: Duration,
    /// One of which may be on the way.
    pub proxies: Option<&'a Proxies>,
}

/// A new connection.
pub struct Opened {
    pub stream: Stream,
    /// Waited for the I/O thread's turn: in nobody's time.
    pub held: Duration,
}

impl Network {
    /// Connects. HTTP proxies are asked for a tunnel, whatever the URL.
    pub async fn open(&self, to: Destination<'_>) -> Result<Opened, HttpError> {
        let (connection, held) = self.connect(to, Plain::Tunnelled).await?;
        Ok(Opened {
            stream: Stream::new(connection),
            held,
        })
    }

    /// The same for HTTP, which may do without a tunnel.
    pub(super) async fn connect(
        &self,
        to: Destination<'_>,
        plain: Plain,
    ) -> Result<(Connection, Duration), HttpError> {
        let pool = self.session.pool_inner();
        let via = to.proxies.and_then(|proxies| proxies.for_url(to.url));
        let target = Target {
            url: to.url,
            tls: to.tls,
            limit: Some(to.limit),
            dialect: Dialect::Requests,
            via: via.as_deref(),
            tunnel: to.proxies.map_or(Tunnel::Http11, |proxies| proxies.tunnel),
            plain,
            source: pool.source,
            protocol: to.protocol,
            user_tls: &pool.tls,
            silent_for: self.silent_for,
            round_trip: self.round_trip,
            openings: &self.openings,
            has_turn: false,
            deadline: None,
        };
        let mut steps = Steps::default();
        let connection = target.connect(&self.dns, &mut steps).await?;
        Ok((connection, steps.held))
    }
}

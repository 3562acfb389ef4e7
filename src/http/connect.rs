//! Opening a connection: name, TCP, TLS, each with its own reading of the clock. All addresses
//! are tried in the resolver's order; the connect limit counts for each one, as in both clients.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;

use crate::clock;

use super::connection::{Connection, Transport};
use super::dns::Dns;
use super::error::HttpError;
use super::request::Dialect;
use super::tls::TlsProfile;
use super::url::{Scheme, Url};

/// How long the steps took.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Steps {
    pub dns: Option<Duration>,
    pub connect: Option<Duration>,
    pub tls: Option<Duration>,
}

/// Everything a new connection depends on.
pub(super) struct Target<'a> {
    pub url: &'a Url,
    pub tls: &'a Arc<TlsProfile>,
    pub limit: Option<Duration>,
    pub dialect: Dialect,
}

impl Target<'_> {
    /// Opens a connection; `steps` is filled as far as it got.
    pub(super) async fn connect(
        &self,
        dns: &Dns,
        steps: &mut Steps,
    ) -> Result<Connection, HttpError> {
        let asked = clock::instant();
        let addresses = dns.resolve(self.url.host(), self.url.port()).await?;
        let resolved = clock::instant();
        steps.dns = Some(resolved - asked);
        let stream = self.reach_any(&addresses).await?;
        let connected = clock::instant();
        steps.connect = Some(connected - resolved);
        if self.url.scheme() == Scheme::Http {
            return Ok(Connection::new(Transport::Plain(stream)));
        }
        let stream = self
            .within_limit(self.tls.handshake(self.url.host(), stream))
            .await??;
        steps.tls = Some(connected.elapsed());
        Ok(Connection::new(Transport::Tls(Box::new(stream))))
    }

    /// urllib3 tells the last address's fault, geventhttpclient the first one's.
    async fn reach_any(&self, addresses: &[SocketAddr]) -> Result<TcpStream, HttpError> {
        let mut fault = None;
        for address in addresses {
            match self.reach(*address).await {
                Ok(stream) => return Ok(stream),
                Err(error) if fault.is_none() || self.dialect == Dialect::Requests => {
                    fault = Some(error);
                }
                Err(_) => {}
            }
        }
        Err(fault.unwrap_or(HttpError::Connect { errno: 0 }))
    }

    async fn reach(&self, address: SocketAddr) -> Result<TcpStream, HttpError> {
        let stream = self
            .within_limit(TcpStream::connect(address))
            .await?
            .map_err(|error| refused(&error))?;
        stream.set_nodelay(true).map_err(|error| refused(&error))?;
        Ok(stream)
    }

    async fn within_limit<T>(&self, work: impl Future<Output = T>) -> Result<T, HttpError> {
        match self.limit {
            None => Ok(work.await),
            Some(limit) => tokio::time::timeout(limit, work)
                .await
                .map_err(|_| HttpError::ConnectTimeout { limit }),
        }
    }
}

fn refused(error: &io::Error) -> HttpError {
    HttpError::Connect {
        errno: error.raw_os_error().unwrap_or(0),
    }
}

//! A user's handshakes, with tickets of this user alone.

use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::errors::error::HttpError;
use crate::errors::tls_fault::TlsFault;
use crate::types::protocol::Protocol;

use super::fault::fault_of;
use super::profile::TlsProfile;

/// One user's TLS: for each profile in use the settings with tickets of this user alone, so that
/// a user resumes its own sessions, as a browser does, and nobody else's. (Locust's clients never
/// resume: Python hands OpenSSL no session.)
#[derive(Default)]
pub(crate) struct UserTls {
    configs: Mutex<Vec<(Arc<TlsProfile>, Arc<ClientConfig>)>>,
}

/// A user talks TLS to few hosts; tickets of more than these are not kept.
const RESUMABLE_HOSTS: usize = 8;

impl UserTls {
    pub(crate) async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        profile: &Arc<TlsProfile>,
        protocol: Protocol,
        host: &str,
        stream: S,
    ) -> Result<TlsStream<S>, HttpError> {
        let config = self
            .config_for(profile, protocol)
            .ok_or_else(|| unfit("no TLS settings"))?;
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| unfit("not a name for TLS"))?;
        let connected = TlsConnector::from(config).connect(name, stream).await;
        connected.map_err(|error| fault_of(&error).unwrap_or_else(|| lost(&error)))
    }

    fn config_for(
        &self,
        profile: &Arc<TlsProfile>,
        protocol: Protocol,
    ) -> Option<Arc<ClientConfig>> {
        let mut configs = self.configs.lock();
        if let Some((_, config)) = configs.iter().find(|(own, _)| Arc::ptr_eq(own, profile)) {
            return Some(Arc::clone(config));
        }
        let mut config = ClientConfig::clone(profile.config.as_ref()?);
        config.alpn_protocols = protocol.offered();
        config.resumption = Resumption::in_memory_sessions(RESUMABLE_HOSTS);
        let config = Arc::new(config);
        configs.reserve_exact(1);
        configs.push((Arc::clone(profile), Arc::clone(&config)));
        Some(config)
    }
}

fn unfit(detail: &str) -> HttpError {
    HttpError::Tls {
        fault: TlsFault::Unsupported,
        detail: detail.to_owned(),
    }
}

fn lost(error: &io::Error) -> HttpError {
    let errno = error.raw_os_error().unwrap_or(0);
    HttpError::Tls {
        fault: TlsFault::Lost { errno },
        detail: error.to_string(),
    }
}

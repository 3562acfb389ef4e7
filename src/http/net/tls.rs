//! TLS settings, built once per combination of verification and client certificate and shared by
//! all users who ask for the same: building one costs milliseconds and tens of kilobytes.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{CertificateError, ClientConfig};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::verify::{AcceptAll, AnchorVerifier, VerifyFault};
use crate::http::words::error::{HttpError, TlsFault};
use crate::http::words::protocol::Protocol;

/// Whom to trust.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum Verify {
    /// The authorities in this PEM file, or in the files of this folder that OpenSSL would find
    /// (`9d66eef0.0`: named by `c_rehash`): certifi's bundle for `verify=True`, the given path for
    /// `verify=path`. A self-signed certificate in it is accepted from a server that shows exactly
    /// it.
    Roots {
        /// The file or folder.
        path: PathBuf,
        /// Also trust certificates in it that another one issued (OpenSSL's
        /// `X509_V_FLAG_PARTIAL_CHAIN`).
        partial_chains: bool,
    },
    /// Anyone, under any name.
    Nobody,
}

/// What to show a server that asks (`cert=`).
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub struct ClientCertificate {
    /// PEM file with the certificate and its chain.
    pub certificate: PathBuf,
    /// PEM file with the key; `None` if it is in the certificate's file.
    pub key: Option<PathBuf>,
}

/// Why settings cannot be used. The bridge sends such sessions to the Python client, whose
/// OpenSSL may manage or words the fault.
#[derive(Debug, Error)]
pub enum TlsSetupError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no usable certificate or key in a file.
    #[error("{path}: {detail}")]
    Content {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// rustls refuses the key or certificate.
    #[error("TLS settings refused: {0}")]
    Refused(String),
}

/// One set of TLS settings. Pools keep connections of different profiles apart.
pub struct TlsProfile {
    /// `None`: every handshake fails.
    config: Option<Arc<ClientConfig>>,
}

impl TlsProfile {
    /// Reads the files and builds the settings. Blocking; call once per combination.
    pub fn new(
        verify: &Verify,
        client: Option<&ClientCertificate>,
    ) -> Result<Arc<Self>, TlsSetupError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match verify {
            Verify::Roots {
                path,
                partial_chains,
            } => Arc::new(AnchorVerifier::new(path, *partial_chains, &provider)?),
            Verify::Nobody => Arc::new(AcceptAll::new(&provider)),
        };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsSetupError::Refused(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let config = match client {
            None => builder.with_no_client_auth(),
            Some(client) => {
                let (chain, key) = client.read()?;
                let built = builder.with_client_auth_cert(chain, key);
                built.map_err(|error| TlsSetupError::Refused(error.to_string()))?
            }
        };
        Ok(Arc::new(Self {
            config: Some(Arc::new(config)),
        }))
    }

    /// Settings for callers that never speak TLS: every handshake under it fails.
    pub fn none() -> Arc<Self> {
        Arc::new(Self { config: None })
    }
}

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

impl ClientCertificate {
    fn read(
        &self,
    ) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsSetupError> {
        let chain = certificates_in(&self.certificate)?;
        let path = self.key.as_ref().unwrap_or(&self.certificate);
        let key = PrivateKeyDer::from_pem_slice(&read(path)?);
        let key = key.map_err(|error| TlsSetupError::Content {
            path: path.clone(),
            detail: error.to_string(),
        })?;
        Ok((chain, key))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsSetupError> {
    std::fs::read(path).map_err(|source| TlsSetupError::File {
        path: path.to_owned(),
        source,
    })
}

/// The certificates of a PEM file; at least one.
pub(crate) fn certificates_in(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsSetupError> {
    let content = |detail: String| TlsSetupError::Content {
        path: path.to_owned(),
        detail,
    };
    let text = read(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match found {
        Ok(found) if found.is_empty() => Err(content("no certificate in it".to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(content(error.to_string())),
    }
}

/// What a fault of rustls, wrapped into one of input and output, says about the connection.
pub(crate) fn fault_of(error: &io::Error) -> Option<HttpError> {
    let error = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    let fault = match error {
        rustls::Error::InvalidCertificate(CertificateError::Other(other)) => other
            .0
            .downcast_ref::<VerifyFault>()
            .map_or(TlsFault::Other, |fault| fault.0.clone()),
        rustls::Error::InvalidMessage(_) => TlsFault::NotTls,
        rustls::Error::AlertReceived(alert) => TlsFault::Alert {
            code: u8::from(*alert),
        },
        rustls::Error::PeerIncompatible(_) | rustls::Error::InvalidCertificate(_) => {
            TlsFault::Unsupported
        }
        _ => TlsFault::Other,
    };
    Some(HttpError::Tls {
        fault,
        detail: error.to_string(),
    })
}

fn lost(error: &io::Error) -> HttpError {
    let errno = error.raw_os_error().unwrap_or(0);
    HttpError::Tls {
        fault: TlsFault::Lost { errno },
        detail: error.to_string(),
    }
}

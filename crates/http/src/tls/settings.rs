//! TLS settings as a script gives them, and why they may be of no use.

use std::path::PathBuf;

use thiserror::Error;

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
    #[error("cannot read {path}: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// There is no usable certificate or key in a file.
    #[error("{path}: {detail}")]
    Content { path: PathBuf, detail: String },
    /// rustls refuses the key or certificate.
    #[error("TLS settings refused: {0}")]
    Refused(String),
}

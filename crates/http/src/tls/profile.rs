//! TLS settings, built once per combination of verification and client certificate and shared by all users who ask
//! for the same: building one costs milliseconds and tens of kilobytes.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;

use super::accept_all::AcceptAll;
use super::anchors::AnchorVerifier;
use super::settings::{ClientCertificate, TlsSetupError, Verify};

/// One set of TLS settings. Pools keep connections of different profiles apart.
pub struct TlsProfile {
    /// `None`: every handshake fails.
    pub(crate) config: Option<Arc<ClientConfig>>,
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

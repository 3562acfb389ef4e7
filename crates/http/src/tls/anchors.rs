//! Who a server is, judged as OpenSSL judges it for the Python clients: besides chains to a given
//! authority, a self-signed certificate that was itself given is accepted as it is.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};

use crate::errors::tls_fault::TlsFault;

use super::fault::VerifyFault;
use super::judged::{kind_of, mismatch, valid_moment};
use super::names::is_self_issued;
use super::pem::certificates_at;
use super::settings::TlsSetupError;

/// Trusts the given authorities, and each given certificate as itself.
#[derive(Debug)]
pub(crate) struct AnchorVerifier {
    chains: Arc<WebPkiServerVerifier>,
    anchors: Vec<CertificateDer<'static>>,
    /// Given, and only good for building chains to an anchor.
    links: Vec<CertificateDer<'static>>,
}

impl AnchorVerifier {
    /// A certificate that another one issued is an anchor only with `partial_chains`.
    pub(crate) fn new(
        path: &Path,
        partial_chains: bool,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, TlsSetupError> {
        let (anchors, links) = certificates_at(path)?
            .into_iter()
            .partition::<Vec<_>, _>(|given| partial_chains || is_self_issued(given));
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(anchors.iter().cloned());
        let built =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
                .build();
        let chains = built.map_err(|error| TlsSetupError::Content {
            path: path.to_owned(),
            detail: error.to_string(),
        })?;
        Ok(Self {
            chains,
            anchors,
            links,
        })
    }

    fn verify_chain(
        &self,
        end_entity: &CertificateDer<'_>,
        shown: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let own = self.links.iter().map(|link| link[..].into());
        let shown = shown.iter().map(|link| link[..].into());
        let links: Vec<CertificateDer<'_>> = shown.chain(own).collect();
        self.chains
            .verify_server_cert(end_entity, &links, name, ocsp_response, now)
    }

    /// The certificate itself was given, and is for this host.
    fn is_anchor(
        &self,
        certificate: &CertificateDer<'_>,
        name: &ServerName<'_>,
    ) -> Result<bool, TlsFault> {
        if !self
            .anchors
            .iter()
            .any(|anchor| anchor.as_ref() == certificate.as_ref())
        {
            return Ok(false);
        }
        let parsed = ParsedCertificate::try_from(certificate).map_err(|_| TlsFault::Unsupported)?;
        verify_server_name(&parsed, name).map_err(|_| mismatch(name))?;
        Ok(true)
    }
}

impl ServerCertVerifier for AnchorVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let judge =
            |at| self.verify_chain(end_entity, intermediates, server_name, ocsp_response, at);
        let judged = judge(now);
        let Err(error) = judged else {
            return judged;
        };
        let mut fault = kind_of(&error, end_entity, intermediates, server_name);
        // OpenSSL looks at dates last: what else is wrong shows while they are right. What was wrong with other dates at
        // that moment is not.
        let moment = valid_moment(&error);
        if let Some(then) = moment
            && let Err(error) = judge(then)
            && valid_moment(&error).is_none()
        {
            fault = kind_of(&error, end_entity, intermediates, server_name);
        }
        let fault = match self.is_anchor(end_entity, server_name) {
            Ok(true) if moment.is_none() => return Ok(ServerCertVerified::assertion()),
            Ok(true) => kind_of(&error, end_entity, intermediates, server_name),
            Ok(false) => fault,
            Err(worse) => worse,
        };
        Err(CertificateError::Other(OtherError(Arc::new(VerifyFault(fault)))).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chains.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chains.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}

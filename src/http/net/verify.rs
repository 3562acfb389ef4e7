//! Who a server is, judged as OpenSSL judges it for the Python clients: besides chains to a given
//! authority, a self-signed certificate that was itself given is accepted as it is. Faults come out by kind.

use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};

use super::tls::{TlsSetupError, certificates_in};
use crate::http::words::error::TlsFault;

/// A verifier's judgement on its way through rustls.
#[derive(Debug)]
pub(crate) struct VerifyFault(pub TlsFault);

impl fmt::Display for VerifyFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "certificate not accepted: {:?}", self.0)
    }
}

impl Error for VerifyFault {}

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

fn certificates_at(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsSetupError> {
    if path.is_dir() {
        certificates_below(path)
    } else {
        certificates_in(path)
    }
}

fn certificates_below(folder: &Path) -> Result<Vec<CertificateDer<'static>>, TlsSetupError> {
    let unreadable = |source| TlsSetupError::File {
        path: folder.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if is_hash_name(&entry.file_name().to_string_lossy())
            && let Ok(certificates) = certificates_in(&entry.path())
        {
            found.extend(certificates);
        }
    }
    Ok(found)
}

/// A name by which OpenSSL finds an authority in a folder: eight digits of a hash and a number.
fn is_hash_name(name: &str) -> bool {
    name.split_once('.').is_some_and(|(hash, number)| {
        hash.len() == 8
            && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
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
        // OpenSSL looks at dates last: what else is wrong shows while they are right.
        let moment = valid_moment(&error);
        if let Some(then) = moment
            && let Err(error) = judge(then)
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

fn kind_of(
    error: &rustls::Error,
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    name: &ServerName<'_>,
) -> TlsFault {
    let rustls::Error::InvalidCertificate(error) = error else {
        return TlsFault::Other;
    };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsFault::NotYetValid
        }
        // OpenSSL may still go by the common name.
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            TlsFault::Unsupported
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            mismatch(name)
        }
        _ if is_self_issued(end_entity) => TlsFault::SelfSigned,
        CertificateError::UnknownIssuer if intermediates.iter().any(is_self_issued) => {
            TlsFault::SelfSignedInChain
        }
        CertificateError::UnknownIssuer => TlsFault::UnknownIssuer,
        _ => TlsFault::Unsupported,
    }
}

/// For a certificate out of its time, a moment at which it was or will be valid.
fn valid_moment(error: &rustls::Error) -> Option<UnixTime> {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::ExpiredContext {
            not_after, ..
        }) => Some(*not_after),
        rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext {
            not_before,
            ..
        }) => Some(*not_before),
        _ => None,
    }
}

fn mismatch(name: &ServerName<'_>) -> TlsFault {
    let is_address = matches!(name, ServerName::IpAddress(_));
    TlsFault::HostMismatch {
        host: name.to_str().into_owned(),
        is_address,
    }
}

/// Issuer and subject are the same name.
fn is_self_issued(certificate: &CertificateDer<'_>) -> bool {
    names(certificate).is_some_and(|(issuer, subject)| issuer == subject)
}

/// The tag of the version field, which old certificates do not have.
const EXPLICIT_VERSION: u8 = 0xa0;

/// Issuer and subject of a certificate, as they are encoded.
fn names<'a>(certificate: &'a CertificateDer<'_>) -> Option<(&'a [u8], &'a [u8])> {
    let (_, body, _) = element(certificate.as_ref())?;
    let (_, mut rest, _) = element(body)?;
    if rest.first() == Some(&EXPLICIT_VERSION) {
        rest = element(rest)?.2;
    }
    let after_serial = element(rest)?.2;
    let after_algorithm = element(after_serial)?.2;
    let (_, issuer, after_issuer) = element(after_algorithm)?;
    let after_validity = element(after_issuer)?.2;
    let (_, subject, _) = element(after_validity)?;
    Some((issuer, subject))
}

/// One DER element: its tag, its content and what follows it.
fn element(data: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = data.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.len() > 4 {
            return None;
        }
        (
            digits
                .iter()
                .fold(0, |sum, digit| (sum << 8) | usize::from(*digit)),
            rest,
        )
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// Accepts whatever a server shows (`verify=False`, `insecure=True`).
#[derive(Debug)]
pub(crate) struct AcceptAll {
    schemes: Vec<SignatureScheme>,
}

impl AcceptAll {
    pub(crate) fn new(provider: &CryptoProvider) -> Self {
        Self {
            schemes: provider
                .signature_verification_algorithms
                .supported_schemes(),
        }
    }
}

impl ServerCertVerifier for AcceptAll {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

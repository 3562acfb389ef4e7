//! The kind of a certificate's fault, as OpenSSL would name it.

use rustls::CertificateError;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use crate::errors::tls_fault::TlsFault;

use super::names::is_self_issued;

pub(crate) fn kind_of(
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
pub(crate) fn valid_moment(error: &rustls::Error) -> Option<UnixTime> {
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

pub(crate) fn mismatch(name: &ServerName<'_>) -> TlsFault {
    let is_address = matches!(name, ServerName::IpAddress(_));
    TlsFault::HostMismatch {
        host: name.to_str().into_owned(),
        is_address,
    }
}

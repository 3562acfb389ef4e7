//! What a fault of rustls says about the connection.

use std::error::Error;
use std::{fmt, io};

use rustls::CertificateError;

use crate::errors::error::HttpError;
use crate::errors::tls_fault::TlsFault;

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

/// A verifier's judgement on its way through rustls.
#[derive(Debug)]
pub(crate) struct VerifyFault(pub TlsFault);

impl fmt::Display for VerifyFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "certificate not accepted: {:?}", self.0)
    }
}

impl Error for VerifyFault {}

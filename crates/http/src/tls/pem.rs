//! Certificates and keys from files.

use std::path::Path;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::settings::{ClientCertificate, TlsSetupError};

impl ClientCertificate {
    pub(crate) fn read(
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

pub(crate) fn certificates_at(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsSetupError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openssls_names_are_eight_digits_and_a_number() {
        for name in ["0a1B2c3d.0", "12345678.10"] {
            assert!(is_hash_name(name), "{name}");
        }
        for name in [
            "1234567.0",
            "123456789.0",
            "1234567g.0",
            "12345678.",
            "12345678.r0",
            "12345678",
        ] {
            assert!(!is_hash_name(name), "{name}");
        }
    }
}

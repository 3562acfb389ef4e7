//! Issuer and subject of a certificate, read from its DER.

use rustls::pki_types::CertificateDer;

/// Issuer and subject are the same name.
pub(crate) fn is_self_issued(certificate: &CertificateDer<'_>) -> bool {
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

//! SOCKS5, with the words of `PySocks`.

use std::io;

use tokio::net::TcpStream;
use tokio_socks::tcp::Socks5Stream;

use crate::errors::error::HttpError;

use super::fault::fault;

pub(crate) async fn socks5<'t>(
    stream: TcpStream,
    target: impl tokio_socks::IntoTargetAddr<'t>,
    credentials: Option<&(String, String)>,
) -> Result<TcpStream, HttpError> {
    let connected = match credentials {
        None => Socks5Stream::connect_with_socket(stream, target).await,
        Some((user, password)) => {
            Socks5Stream::connect_with_password_and_socket(stream, target, user, password).await
        }
    };
    connected
        .map(Socks5Stream::into_inner)
        .map_err(|error| fault(in_pysocks_words(&error)))
}

/// `requests` goes through SOCKS by `PySocks`, and reports what that says.
fn in_pysocks_words(error: &tokio_socks::Error) -> String {
    use tokio_socks::Error;
    let reply = match error {
        Error::NoAcceptableAuthMethods => {
            return "All offered SOCKS5 authentication methods were rejected".to_owned();
        }
        Error::PasswordAuthFailure(_) => return "SOCKS5 authentication failed".to_owned(),
        Error::Io(end) if end.kind() == io::ErrorKind::UnexpectedEof => {
            return "Connection closed unexpectedly".to_owned();
        }
        Error::GeneralSocksServerFailure => 1,
        Error::ConnectionNotAllowedByRuleset => 2,
        Error::NetworkUnreachable => 3,
        Error::HostUnreachable => 4,
        Error::ConnectionRefused => 5,
        Error::TtlExpired => 6,
        Error::AddressTypeNotSupported => 8,
        other => return other.to_string(),
    };
    format!("0x{reply:02x}: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_have_the_words_and_numbers_of_pysocks() {
        use tokio_socks::Error;
        let lost = |kind: io::ErrorKind| Error::Io(kind.into());
        let closed = in_pysocks_words(&lost(io::ErrorKind::UnexpectedEof));
        assert_eq!(closed, "Connection closed unexpectedly");
        let reset = lost(io::ErrorKind::ConnectionReset);
        assert_eq!(in_pysocks_words(&reset), reset.to_string());
        for (error, number) in [
            (Error::GeneralSocksServerFailure, "0x01: "),
            (Error::ConnectionNotAllowedByRuleset, "0x02: "),
            (Error::NetworkUnreachable, "0x03: "),
            (Error::HostUnreachable, "0x04: "),
            (Error::ConnectionRefused, "0x05: "),
            (Error::TtlExpired, "0x06: "),
            (Error::AddressTypeNotSupported, "0x08: "),
        ] {
            let words = in_pysocks_words(&error);
            assert!(words.starts_with(number), "{words}");
        }
    }
}

//! Faults of TLS that the clients word differently.

/// Kinds of TLS faults that the clients word differently.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TlsFault {
    /// The server's certificate is its own issuer and not trusted.
    SelfSigned,
    /// A self-signed certificate further up the chain.
    SelfSignedInChain,
    /// No trusted issuer for it.
    UnknownIssuer,
    /// Issued for another name.
    HostMismatch {
        /// The host asked for.
        host: String,
        /// It is an IP address (OpenSSL words that differently).
        is_address: bool,
    },
    /// No longer valid.
    Expired,
    /// Not yet valid.
    NotYetValid,
    /// The server does not speak TLS.
    NotTls,
    /// The server ended the handshake, or refused the client's certificate later, by an alert.
    /// Behind 40 (handshake failure) and 70 (protocol version) may stand a server that only
    /// OpenSSL can serve.
    Alert {
        /// The alert's number (42 bad certificate, 48 unknown CA, 116 certificate required …).
        code: u8,
    },
    /// Something rustls does not do and OpenSSL may: TLS below 1.2, RSA key exchange, P-521, a
    /// certificate it cannot read. The bridge hands such hosts to the Python client.
    Unsupported,
    /// The connection was lost in the handshake.
    Lost {
        /// The system's error number; 0 for a plain end.
        errno: i32,
    },
    /// Anything else.
    Other,
}

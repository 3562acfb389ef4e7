//! What follows from the kind of an error: whether to send again, who else may manage.

use super::error::HttpError;
use super::tls_fault::TlsFault;
use rlocust_core::model::CutPhase;

impl HttpError {
    /// The TLS of this server, or of these settings, may be one that OpenSSL can serve: TLS below
    /// 1.2, an old key exchange, a curve that rustls does not have. The caller asks a Python client.
    pub fn wants_openssl(&self) -> bool {
        const HANDSHAKE_FAILURE: u8 = 40;
        const PROTOCOL_VERSION: u8 = 70;
        const INSUFFICIENT_SECURITY: u8 = 71;
        let Self::Tls { fault, .. } = self else {
            return false;
        };
        match fault {
            TlsFault::Unsupported => true,
            TlsFault::Alert { code } => matches!(
                *code,
                HANDSHAKE_FAILURE | PROTOCOL_VERSION | INSUFFICIENT_SECURITY
            ),
            _ => false,
        }
    }

    /// Nothing of an answer came: on a reused connection, the server had closed it meanwhile.
    pub(crate) fn is_silence(&self) -> bool {
        matches!(
            self,
            Self::ClosedWithoutReply
                | Self::Reset {
                    during: CutPhase::Sent | CutPhase::BeforeSend,
                    ..
                }
        )
    }

    /// The server promised not to have looked at the request: any method may be sent again
    /// (RFC 9113 section 8.7).
    pub(crate) fn is_untouched(&self) -> bool {
        matches!(
            self,
            Self::Http2 {
                is_untouched: true,
                ..
            }
        )
    }

    /// geventhttpclient's `max_retries` is for time limits.
    pub(crate) fn is_worth_retrying(&self) -> bool {
        matches!(
            self,
            Self::ConnectTimeout { .. }
                | Self::HandshakeTimeout { .. }
                | Self::ReadTimeoutBeforeHeaders { .. }
                | Self::WriteTimeout
        )
    }

    /// A fault found in a body, after its head.
    pub fn is_of_body(&self) -> bool {
        self.is_broken_body()
            || matches!(
                self,
                Self::ReadTimeoutInBody { .. } | Self::NegativeChunk | Self::UnknownEncoding { .. }
            )
    }

    /// A fault of a body that came with a good head, time limits apart.
    pub(crate) fn is_broken_body(&self) -> bool {
        match self {
            Self::ShortBody { .. }
            | Self::TruncatedChunked { .. }
            | Self::BadChunk { .. }
            | Self::BadFraming { .. }
            | Self::Decode { .. } => true,
            Self::Reset { during, .. } | Self::Http2 { during, .. } => {
                *during == CutPhase::Answering
            }
            _ => false,
        }
    }
}

//! A connection that ends inside a head.

use crate::errors::error::HttpError;
use crate::wire::head::Head;
use crate::wire::head_end::EndFinder;
use crate::wire::head_faults::ghc_says;

use super::read_context::ReadContext;

/// What a head comes to of which only `buffer` came, behind an interim answer of that status. `has_begun`: something
/// came at all, if only empty lines that were passed over.
pub(crate) fn cut_head(
    asked: &ReadContext<'_>,
    buffer: &[u8],
    interim: Option<u16>,
    has_begun: bool,
) -> Result<Head, HttpError> {
    if asked.dialect.takes_cut_heads() && !buffer.is_empty() {
        return Head::parse(buffer, buffer.len(), asked.method, asked.dialect);
    }
    if asked.dialect.takes_cut_heads() {
        return Err(HttpError::ClosedWithoutReply);
    }
    Err(match (buffer, interim) {
        ([], Some(0..=99)) => ghc_says("connection closed after interim response"),
        ([], Some(_)) => HttpError::HeadersCutOff {
            is_incomplete: true,
        },
        ([], None) if has_begun => ghc_says("connection closed before end of the headers"),
        ([], None) => HttpError::ClosedWithoutReply,
        _ => HttpError::HeadersCutOff {
            is_incomplete: is_incomplete(buffer),
        },
    })
}

/// A whole interim answer, or a length, has come.
fn is_incomplete(buffer: &[u8]) -> bool {
    EndFinder::default().find(buffer).is_some()
        || buffer
            .to_ascii_lowercase()
            .windows(16)
            .any(|part| part == b"\ncontent-length:")
}

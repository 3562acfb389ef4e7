//! A body as it came, with all that is needed to undo its encoding, on whatever thread.

use bytes::Bytes;

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::types::header_block::HeaderBlock;

use super::decode::{like_geventhttpclient, like_urllib3};
use super::decode_limit::DecodeLimit;
use super::decoders::Decoders;

/// A body as it came.
pub(crate) struct Coded {
    /// `Content-Encoding`, in lower case.
    header: String,
    body: Bytes,
    dialect: Dialect,
    decoders: Decoders,
}

impl Coded {
    /// Nothing if the body stands for itself.
    pub(crate) fn of(
        head: &HeaderBlock,
        body: &Bytes,
        dialect: Dialect,
        decoders: Decoders,
    ) -> Option<Self> {
        let values: Vec<&[u8]> = head.get_all("content-encoding").collect();
        let value = match &values[..] {
            [] => return None,
            [first, ..] if !dialect.undoes_stacks() => first.to_vec(),
            all => all.join(&b", "[..]),
        };
        Some(Self {
            header: String::from_utf8_lossy(&value).to_ascii_lowercase(),
            body: body.clone(),
            dialect,
            decoders,
        })
    }

    /// What the body stands for; nothing if that is itself. What does not fit in `room` comes to nothing.
    pub(crate) fn undone(&self, room: &DecodeLimit) -> Result<Option<Bytes>, HttpError> {
        let like_its_client = if self.dialect.undoes_stacks() {
            like_urllib3
        } else {
            like_geventhttpclient
        };
        like_its_client(&self.header, &self.body, self.decoders, room)
    }
}

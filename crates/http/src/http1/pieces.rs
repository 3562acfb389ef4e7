//! A chunked body as far as it came: fed as it is read, so that its bytes are copied once.

use std::sync::Arc;

use bytes::Bytes;

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::memory::budget::BodyBudget;
use crate::memory::space::BodySpace;
use crate::wire::chunks::Chunks;

use super::spare::SpareBuffers;

/// A chunked body as far as it came.
pub(super) struct Pieces<'a> {
    pub chunks: Chunks,
    /// What came and cannot be dealt with before more comes, as half of a line; in the end what came behind the body.
    pub pending: Vec<u8>,
    space: BodySpace,
    spare: &'a Arc<SpareBuffers>,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(
        dialect: Dialect,
        spare: &'a Arc<SpareBuffers>,
        budget: &Arc<BodyBudget>,
    ) -> Self {
        Self {
            chunks: Chunks::new(dialect),
            pending: Vec::new(),
            space: BodySpace::of(budget),
            spare,
        }
    }

    pub(super) fn feed(&mut self, fresh: &[u8]) -> Result<(), HttpError> {
        self.chunks
            .make_space(|payload| self.spare.make_space(payload, fresh.len()));
        if self.pending.is_empty() {
            let used = self.chunks.feed_within(&mut self.space, fresh)?;
            self.pending.extend_from_slice(&fresh[used..]);
        } else {
            self.pending.extend_from_slice(fresh);
            let used = self.chunks.feed_within(&mut self.space, &self.pending)?;
            self.pending.drain(..used);
        }
        Ok(())
    }

    pub(super) fn into_body(self) -> Bytes {
        self.spare.lend(self.chunks.into_payload(), self.space)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_out_whole_however_it_was_cut_and_its_buffer_is_used_again() {
        let payload: Vec<u8> = (0..300_000_u32).map(|at| at as u8).collect();
        let mut text = Vec::new();
        for part in payload.chunks(70_001) {
            text.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
            text.extend_from_slice(part);
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(b"0\r\n\r\nBEHIND");
        let spare = Arc::default();
        let mut place = None;
        for piece in [1_009, 70_003, 64 * 1024, text.len()] {
            let mut pieces = Pieces::new(Dialect::Requests, &spare, &Arc::default());
            for fresh in text.chunks(piece) {
                pieces.feed(fresh).expect("well formed");
            }
            assert!(pieces.chunks.is_done(), "{piece}");
            assert!(pieces.pending.starts_with(b"BEHIND") || pieces.pending.is_empty());
            let body = pieces.into_body();
            assert_eq!(body, payload, "{piece}");
            let before = place.replace(body.as_ptr());
            assert_eq!(before.unwrap_or(body.as_ptr()), body.as_ptr());
        }
    }
}

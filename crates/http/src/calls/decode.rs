//! Undoes the encoding of an answer's body: a small one at once, a large one on a thread of its own, since the calls of
//! all other users wait for the I/O thread. The clock has stopped before.

use std::sync::Arc;

use bytes::Bytes;

use crate::coding::coded::Coded;
use crate::coding::decode_limit::DecodeLimit;
use crate::errors::error::HttpError;

use super::job::Job;
use super::redirect::Chain;
use super::reply::Hop;

/// A body that is longer on the wire is not begun here: undone it takes a millisecond or more.
const LONGEST_HERE: usize = 32 * 1024;

/// What is undone here: some tenths of a millisecond. What proves larger begins anew elsewhere.
const ROOM_HERE: usize = 128 * 1024;

impl Job {
    /// Undoes the encoding of the hop's body; on a fault it stays as it came. Gives back what is large.
    pub(super) fn decode_here(&self, hop: &mut Hop) -> Result<Option<Coded>, HttpError> {
        let dialect = self.call.dialect;
        let is_skipped =
            !dialect.decodes_followed_answers() && Chain::would_follow(&self.call, hop);
        if !self.call.decode || is_skipped {
            return Ok(None);
        }
        let Some(coded) = Coded::of(&hop.head, &hop.body, dialect, self.lane.decoders) else {
            return Ok(None);
        };
        if hop.body.len() > LONGEST_HERE {
            return Ok(Some(coded));
        }
        let room = DecodeLimit::of(ROOM_HERE, &self.lane.budget);
        let undone = coded.undone(&room);
        if room.is_exceeded() {
            return Ok(Some(coded));
        }
        put_in(hop, undone)?;
        Ok(None)
    }

    /// The same for a large body of the last hop, on another thread; on this one where the system grants none.
    pub(super) async fn decode_elsewhere(&mut self, coded: Coded) -> Result<(), HttpError> {
        let coded = Arc::new(coded);
        let wanted = Arc::new(());
        let room = DecodeLimit::endless(&self.lane.budget).while_held(&wanted);
        let theirs = Arc::clone(&coded);
        let undone = self.lane.decoding.run(move || theirs.undone(&room)).await;
        let undone =
            undone.unwrap_or_else(|_| coded.undone(&DecodeLimit::endless(&self.lane.budget)));
        match self.reply().hops.last_mut() {
            Some(hop) => put_in(hop, undone),
            None => undone.map(drop),
        }
    }
}

/// The body as undone; where there was no memory for it, what had come goes, too.
fn put_in(hop: &mut Hop, undone: Result<Option<Bytes>, HttpError>) -> Result<(), HttpError> {
    if let Err(HttpError::OutOfMemory(_)) = undone {
        hop.body = Bytes::new();
    }
    if let Some(body) = undone? {
        hop.body = body;
    }
    Ok(())
}

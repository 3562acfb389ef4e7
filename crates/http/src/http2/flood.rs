//! What a server sends besides answers. A `WINDOW_UPDATE` of 13 bytes costs as much to handle as a frame of 16 KiB: a
//! server that sends nothing else would have half of an I/O thread for itself.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Control frames that a connection may always receive.
const FRAMES: u64 = 10_000;
/// More for each frame of an answer: some servers ping and open their windows with each message.
const PER_FRAME_OF_ANSWER: u64 = 16;
/// One more for each so many bytes sent, which servers acknowledge.
const BYTES_SENT_PER_FRAME: u64 = 16;

const HEAD: usize = 9;
/// What a client says before its first frame: RFC 9113, 3.4.
const PREFACE: usize = 24;
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;

/// What a flooded connection fails with. h2 hands kind and text on to each stream, the error itself to none.
const FLOOD: io::ErrorKind = io::ErrorKind::QuotaExceeded;

/// Whether the server sent control frames out of all proportion.
pub(super) fn is_flood(error: &io::Error) -> bool {
    error.kind() == FLOOD
}

/// Counts the frames of one direction, by their heads alone.
#[derive(Debug, Default)]
struct Frames {
    head: [u8; HEAD],
    head_length: usize,
    /// Of the payload that is under way.
    left: usize,
    controls: u64,
    /// Frames that carry something of a request or an answer.
    carriers: u64,
    carried_bytes: u64,
}

impl Frames {
    fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.left > 0 {
                let skipped = self.left.min(bytes.len());
                self.left -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            let missing = (HEAD - self.head_length).min(bytes.len());
            let (front, rest) = bytes.split_at(missing);
            self.head[self.head_length..][..missing].copy_from_slice(front);
            self.head_length += missing;
            bytes = rest;
            if self.head_length == HEAD {
                self.head_length = 0;
                self.begin();
            }
        }
    }

    fn begin(&mut self) {
        let [a, b, c, kind, ..] = self.head;
        self.left = u32::from_be_bytes([0, a, b, c]) as usize;
        if matches!(kind, DATA | HEADERS | CONTINUATION) && self.left > 0 {
            self.carriers += 1;
            self.carried_bytes += self.left as u64;
        } else {
            self.controls += 1;
        }
    }
}

/// Both directions of a connection.
#[derive(Debug)]
struct Traffic {
    received: Frames,
    sent: Frames,
}

impl Default for Traffic {
    fn default() -> Self {
        let sent = Frames {
            left: PREFACE,
            ..Frames::default()
        };
        Self {
            received: Frames::default(),
            sent,
        }
    }
}

impl Traffic {
    fn receive(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.received.take(bytes);
        let permitted = FRAMES
            + self.received.carriers * PER_FRAME_OF_ANSWER
            + self.sent.carriers
            + self.sent.carried_bytes / BYTES_SENT_PER_FRAME;
        if self.received.controls > permitted {
            let received = self.received.controls;
            let text = format!("flood of control frames from the server: {received}");
            return Err(io::Error::new(FLOOD, text));
        }
        Ok(())
    }
}

/// A connection that fails when the server floods it, and says how many bytes have come.
pub(super) struct Watched<T> {
    stream: T,
    traffic: Traffic,
    heard: Arc<AtomicU64>,
}

impl<T> Watched<T> {
    pub(super) fn new(stream: T, heard: Arc<AtomicU64>) -> Self {
        Self {
            stream,
            traffic: Traffic::default(),
            heard,
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        let new = &buffer.filled()[before..];
        this.heard.fetch_add(new.len() as u64, Ordering::Relaxed);
        Poll::Ready(this.traffic.receive(new))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let count = ready!(Pin::new(&mut this.stream).poll_write(context, bytes))?;
        this.traffic.sent.take(&bytes[..count]);
        Poll::Ready(Ok(count))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let count = ready!(Pin::new(&mut this.stream).poll_write_vectored(context, pieces))?;
        let mut left = count;
        for piece in pieces {
            let written = left.min(piece.len());
            this.traffic.sent.take(&piece[..written]);
            left -= written;
        }
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, length: usize) -> Vec<u8> {
        let [_, a, b, c] = (length as u32).to_be_bytes();
        let mut frame = vec![a, b, c, kind, 0, 0, 0, 0, 1];
        frame.resize(HEAD + length, b'x');
        frame
    }

    const WINDOW_UPDATE: u8 = 8;
    const PING: u8 = 6;

    #[test]
    fn control_frames_are_counted_however_they_come() {
        for (kind, length) in [(WINDOW_UPDATE, 4), (PING, 8), (DATA, 0), (77, 4)] {
            let all = frame(kind, length).repeat(FRAMES as usize + 1);
            for piece in [1, 7, 4096] {
                let mut traffic = Traffic::default();
                let refused = all
                    .chunks(piece)
                    .position(|part| traffic.receive(part).is_err())
                    .expect("a flood");
                assert_eq!(refused, (all.len() - length - 1) / piece, "{kind} {piece}");
            }
        }
    }

    #[test]
    fn answers_to_a_flood_do_not_permit_more_of_it() {
        let mut traffic = Traffic::default();
        traffic.sent.take(&[b'x'; PREFACE]);
        let refused = (0..2 * FRAMES).position(|_| {
            traffic.sent.take(&frame(PING, 8));
            traffic.receive(&frame(PING, 8)).is_err()
        });
        assert_eq!(refused, Some(FRAMES as usize));
    }

    #[test]
    fn servers_may_acknowledge_what_they_carry() {
        // An upload of a gigabyte, of which each 16 KiB are acknowledged twice.
        let mut traffic = Traffic::default();
        traffic.sent.take(&[b'x'; PREFACE]);
        let [data, windows] = [frame(DATA, 16_384), frame(WINDOW_UPDATE, 4).repeat(2)];
        for _ in 0..65_536 {
            traffic.sent.take(&data);
            traffic.receive(&windows).expect("an upload");
        }
        // Small calls of gRPC, each with a ping and two windows.
        let mut traffic = Traffic::default();
        for _ in 0..100_000 {
            let controls = [frame(PING, 8), frame(WINDOW_UPDATE, 4).repeat(2)].concat();
            traffic.receive(&controls).expect("controls");
            traffic.receive(&frame(HEADERS, 1)).expect("a head");
        }
    }
}

//! What the script wants of its node thread, in order and bounded. A descriptor wakes the thread out of its poll.
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;

use parking_lot::Mutex;

/// Frames that may wait for the node thread: it sends a thousand in a moment, or throws away what has no room.
const MOST_BYTES: usize = 256 << 20;
const OVERHEAD: usize = 128;

/// From any thread to the node thread.
pub struct Commands<C> {
    waiting: Mutex<(VecDeque<(C, usize)>, usize)>,
    near: UnixStream,
    far: UnixStream,
}

impl<C> Commands<C> {
    pub fn new() -> io::Result<Self> {
        let (near, far) = UnixStream::pair()?;
        near.set_nonblocking(true)?;
        far.set_nonblocking(true)?;
        Ok(Self {
            waiting: Mutex::default(),
            near,
            far,
        })
    }

    /// Whether there was room for its frame, which is so many bytes long.
    pub fn put(&self, command: C, length: usize) -> bool {
        let size = length + OVERHEAD;
        let mut waiting = self.waiting.lock();
        if waiting.1 + size > MOST_BYTES {
            return false;
        }
        waiting.1 += size;
        waiting.0.push_back((command, size));
        drop(waiting);
        (&self.far).write_all(&[1]).ok(); // where the pipe is full, the thread is woken already
        true
    }

    pub fn take(&self) -> Option<C> {
        let mut waiting = self.waiting.lock();
        let (command, size) = waiting.0.pop_front()?;
        waiting.1 -= size;
        Some(command)
    }

    /// Becomes readable with the first command.
    pub fn descriptor(&self) -> RawFd {
        self.near.as_raw_fd()
    }

    /// Makes the descriptor unreadable; call it before taking.
    pub fn silence(&self) {
        while matches!((&self.near).read(&mut [0; 256]), Ok(256)) {}
    }
}

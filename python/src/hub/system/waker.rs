//! The wake-up of the hub: one descriptor that gevent's loop can watch.
//!
//! Linux has eventfd; elsewhere a pair of connected sockets does the same.
use std::io;
use std::os::fd::{AsRawFd, RawFd};

#[cfg(target_os = "linux")]
pub struct Waker(std::os::fd::OwnedFd);

#[cfg(target_os = "linux")]
impl Waker {
    pub fn new() -> io::Result<Self> {
        use rustix::event::{EventfdFlags, eventfd};
        Ok(Self(eventfd(
            0,
            EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC,
        )?))
    }

    /// Makes the descriptor readable. A full counter is readable already, so errors do not matter.
    pub fn wake(&self) {
        rustix::io::write(&self.0, &1u64.to_ne_bytes()).ok();
    }

    /// Makes the descriptor unreadable until the next wake-up.
    pub fn clear(&self) {
        rustix::io::read(&self.0, &mut [0u8; 8]).ok();
    }

    pub fn descriptor(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

#[cfg(not(target_os = "linux"))]
pub struct Waker {
    near: std::os::unix::net::UnixStream,
    far: std::os::unix::net::UnixStream,
}

#[cfg(not(target_os = "linux"))]
impl Waker {
    pub fn new() -> io::Result<Self> {
        let (near, far) = std::os::unix::net::UnixStream::pair()?;
        near.set_nonblocking(true)?;
        far.set_nonblocking(true)?;
        Ok(Self { near, far })
    }

    pub fn wake(&self) {
        use std::io::Write;
        (&self.far).write(&[1]).ok();
    }

    pub fn clear(&self) {
        use std::io::Read;
        let mut heap = [0; 64];
        while matches!((&self.near).read(&mut heap), Ok(64)) {}
    }

    pub fn descriptor(&self) -> RawFd {
        self.near.as_raw_fd()
    }
}

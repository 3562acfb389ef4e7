//! Reading with the kernel's stamps: when what was read had come (`SO_TIMESTAMPNS`, socket(7)), on our clock.

use std::cell::{Cell, RefCell};
use std::io::{self, IoSliceMut};
use std::os::fd::AsRawFd as _;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant, UNIX_EPOCH};

use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
use nix::sys::time::TimeSpec;
use socket2::{Domain, Type};
use tokio::io::{Interest, ReadBuf};
use tokio::net::TcpStream;

use rlocust_core::clock;

use super::stamp::Stamp;

/// The wall clock was set when it and the monotonic one have moved apart by more than this between two readings.
const MOST_APART: Duration = Duration::from_millis(1);
/// As often both clocks are read again before the wall clock counts as set: who loses the core between the two readings
/// finds them apart, too.
const AGAIN: usize = 3;

thread_local! {
    static CONTROL: RefCell<Vec<u8>> = RefCell::new(nix::cmsg_space!(TimeSpec));
    static LAST: Cell<Option<Clocks>> = const { Cell::new(None) };
}

/// What both clocks showed at one reading.
#[derive(Clone, Copy)]
pub(crate) struct Clocks {
    ours: Instant,
    wall: Duration,
    /// When the wall clock was last found to have been set: it says nothing of what came before.
    set: Instant,
}

/// The kernel begins to stamp a little after the first socket has asked, and ends with the last: this one, which
/// receives nothing, asks as long as there is an engine.
pub(crate) struct Stamping {
    _asking: Option<socket2::Socket>,
}

impl Stamping {
    pub(crate) fn begin() -> Self {
        let asking = socket2::Socket::new(Domain::IPV4, Type::DGRAM, None).ok();
        if let Some(asking) = &asking {
            setsockopt(asking, sockopt::ReceiveTimestampns, &true).ok();
        }
        Self { _asking: asking }
    }
}

/// From now on the kernel stamps what arrives; a system that cannot does without. The clocks are compared before anything
/// can: a thread that comes late to its first answers has something to hold their stamps against.
pub(crate) fn ask_for(stream: &TcpStream) {
    setsockopt(stream, sockopt::ReceiveTimestampns, &true).ok();
    if LAST.get().is_none() {
        compare_clocks();
    }
}

pub(crate) fn poll_read(
    stream: &mut TcpStream,
    task: &mut Context<'_>,
    space: &mut ReadBuf<'_>,
) -> Poll<io::Result<Option<Stamp>>> {
    loop {
        ready!(stream.poll_read_ready(task))?;
        let mut received = None;
        let free = space.initialize_unfilled();
        let most = free.len();
        let tried = stream.try_io(Interest::READABLE, || {
            let (length, stamp) = receive(stream, free)?;
            received = Some((length, stamp));
            // Less than there was room for: no more is there, which spares the runtime asking once more.
            if length > 0 && length < most {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            Ok(())
        });
        if let Some((length, stamp)) = received {
            space.advance(length);
            return Poll::Ready(Ok(stamp.and_then(on_our_clock)));
        }
        match tried {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            other => return Poll::Ready(other.map(|()| None)),
        }
    }
}

fn receive(stream: &TcpStream, free: &mut [u8]) -> io::Result<(usize, Option<TimeSpec>)> {
    CONTROL.with_borrow_mut(|control| {
        let mut parts = [IoSliceMut::new(free)];
        let descriptor = stream.as_raw_fd();
        let message = recvmsg::<()>(descriptor, &mut parts, Some(control), MsgFlags::empty())?;
        let stamp = message.cmsgs().ok().and_then(|mut messages| {
            messages.find_map(|one| match one {
                ControlMessageOwned::ScmTimestampns(stamp) => Some(stamp),
                _ => None,
            })
        });
        Ok((message.bytes, stamp))
    })
}

fn on_our_clock(stamp: TimeSpec) -> Option<Stamp> {
    compare_clocks()?.place(stamp.into())
}

fn compare_clocks() -> Option<Clocks> {
    let clocks = Clocks::compared(LAST.get(), || {
        let ours = clock::instant();
        let wall = clock::wall().duration_since(UNIX_EPOCH).ok()?;
        Some((ours, wall))
    });
    LAST.set(clocks);
    clocks
}

impl Clocks {
    pub(crate) fn compared(
        last: Option<Self>,
        read: impl Fn() -> Option<(Instant, Duration)>,
    ) -> Option<Self> {
        let (ours, wall) = read()?;
        let mut now = Self::after(last, ours, wall);
        for _ in 0..AGAIN {
            if last.is_some_and(|last| last.set == now.set) {
                break;
            }
            let (ours, wall) = read()?;
            now = Self::after(last.or(Some(now)), ours, wall);
        }
        Some(now)
    }

    pub(crate) fn after(last: Option<Self>, ours: Instant, wall: Duration) -> Self {
        let set = match last {
            Some(last) if last.agrees_with(ours, wall) => last.set,
            _ => ours,
        };
        Self { ours, wall, set }
    }

    fn agrees_with(&self, ours: Instant, wall: Duration) -> bool {
        let passed = wall.checked_sub(self.wall);
        passed.is_some_and(|passed| (ours - self.ours).abs_diff(passed) <= MOST_APART)
    }

    /// The kernel stamps with the wall clock. Nothing where that was set since.
    pub(crate) fn place(&self, stamp: Duration) -> Option<Stamp> {
        let age = self.wall.checked_sub(stamp)?;
        let moment = self.ours.checked_sub(age)?;
        (moment >= self.set).then_some(Stamp { moment, age })
    }
}

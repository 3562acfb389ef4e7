//! What the clock said of a call.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rlocust_core::clock;
use rlocust_core::model::Phases;

/// The clock's readings. All are of the I/O thread, but for the ends of answers, which the kernel stamps where it can.
#[derive(Copy, Clone, Debug)]
pub struct Timing {
    /// When the caller handed the call in (copied from the call).
    pub submitted: Instant,
    /// When the I/O thread took the call up: the clock of the sample starts here. What the call waited afterwards for
    /// the thread's turn to open a connection has moved it on.
    pub taken_up: Instant,
    /// The same moment on the wall clock.
    pub started: SystemTime,
    /// From `taken_up` to the last body byte (or the error): the response time, redirects, waits
    /// for a free connection and retries included.
    pub elapsed: Duration,
    /// `Hop::elapsed` of the last hop (requests' `response.elapsed`); zero if nothing answered.
    pub last_hop_headers: Duration,
    /// Name resolution, over all connections that the call opened; `None` if it opened none, or
    /// only to addresses.
    pub dns: Option<Duration>,
    /// TCP connects, over all hops; `None` if every connection was there already.
    pub connect: Option<Duration>,
    /// TLS handshakes, over all hops; `None` without one.
    pub tls: Option<Duration>,
    /// From the request written to the first byte of the answer, last hop.
    pub ttfb: Option<Duration>,
    /// From the first byte of the answer to the last, last hop.
    pub body: Option<Duration>,
    /// The last hop used a connection that had been used before.
    pub reused: bool,
}

impl Timing {
    /// The readings of a call that is taken up now.
    pub(crate) fn begun(submitted: Instant, now: Instant) -> Self {
        Self {
            submitted,
            taken_up: now,
            started: wall_clock(),
            elapsed: Duration::ZERO,
            last_hop_headers: Duration::ZERO,
            dns: None,
            connect: None,
            tls: None,
            ttfb: None,
            body: None,
            reused: false,
        }
    }

    /// What the exchange spent its time on, for the sums.
    pub fn phases(&self) -> Phases {
        Phases {
            dns: self.dns,
            connect: self.connect,
            tls: self.tls,
            first_byte: self.ttfb,
            body: self.body,
            reused: self.reused,
        }
    }
}

/// The wall clock, which tests can hold still.
pub(crate) fn wall_clock() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs_f64(clock::unix_seconds())
}

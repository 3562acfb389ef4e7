//! What the system tells and no safe binding asks it for.
use std::os::fd::BorrowedFd;
use std::time::Duration;

/// How long the stream of a TCP connection has not gone on (`tcpi_last_data_recv`, tcp(7)): told no shorter than it is,
/// and at most by two ticks of the kernel's clock and a millisecond longer. Data that came out of turn does not count before its turn.
#[cfg(target_os = "linux")]
pub fn silent_for(socket: BorrowedFd<'_>) -> Option<Duration> {
    use std::mem::MaybeUninit;
    use std::os::fd::AsRawFd as _;

    use rustix::time::{ClockId, clock_getres};

    let mut told = MaybeUninit::<libc::tcp_info>::zeroed();
    let mut length = libc::socklen_t::try_from(size_of::<libc::tcp_info>()).ok()?;
    // SAFETY: the kernel writes at most `length` bytes, which is the size of what `told` points to.
    let refused = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            told.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    if refused != 0 {
        return None;
    }
    // SAFETY: all fields are integers, for which the zeros that were there are values too.
    let told = unsafe { told.assume_init() };
    let tick = Duration::try_from(clock_getres(ClockId::MonotonicCoarse)).ok()?;
    let whole_ms = u64::from(told.tcpi_last_data_recv);
    Some(Duration::from_millis(whole_ms + 1) + tick)
}

#[cfg(not(target_os = "linux"))]
pub fn silent_for(_: BorrowedFd<'_>) -> Option<Duration> {
    None
}

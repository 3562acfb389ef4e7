//! What the kernel knows of a TCP connection and no safe binding reads.
#[cfg(target_os = "linux")]
pub use linux::{bytes_received, round_trip, silent_for};

#[cfg(target_os = "linux")]
mod linux {
    use std::mem::MaybeUninit;
    use std::os::fd::{AsRawFd as _, BorrowedFd, RawFd};
    use std::sync::LazyLock;
    use std::time::Duration;

    use rustix::time::{ClockId, clock_getres};

    /// The kernel counts whole milliseconds, rounded as its ticks fall.
    const ROUNDING: Duration = Duration::from_millis(1);
    /// A tick of the kernel's clock.
    static TICK: LazyLock<Option<Duration>> =
        LazyLock::new(|| clock_getres(ClockId::MonotonicCoarse).try_into().ok());

    /// How long the stream of a TCP connection has not gone on (`tcpi_last_data_recv`, tcp(7)): given no shorter than it
    /// is, and longer by two ticks and `ROUNDING` at most. Data that came out of turn counts when its turn has come.
    pub fn silent_for(socket: BorrowedFd<'_>) -> Option<Duration> {
        let last_data = tcp_info(socket)?.tcpi_last_data_recv;
        Some(Duration::from_millis(last_data.into()) + ROUNDING + (*TICK)?)
    }

    /// How long a connection's opening took on the network (`tcpi_rtt`, from the SYN to its answer), asked as soon as it
    /// is open. Nothing where something was sent again: its measure is then of another sending.
    pub fn round_trip(socket: BorrowedFd<'_>) -> Option<Duration> {
        let info = tcp_info(socket)?;
        let is_measured = info.tcpi_rtt > 0 && info.tcpi_total_retrans == 0;
        is_measured.then(|| Duration::from_micros(info.tcpi_rtt.into()))
    }

    /// How many bytes have come in turn (`tcpi_bytes_received`), of a connection that is known by its number alone: whoever
    /// holds it may close it meanwhile, so that the number is nobody's, or another's.
    pub fn bytes_received(number: RawFd) -> Option<u64> {
        if number < 0 {
            return None;
        }
        // SAFETY: it is no number that no descriptor may have; nothing is done with it but to ask the kernel, which refuses
        // one that is closed.
        let socket = unsafe { BorrowedFd::borrow_raw(number) };
        tcp_info(socket).map(|info| info.tcpi_bytes_received)
    }

    fn tcp_info(socket: BorrowedFd<'_>) -> Option<libc::tcp_info> {
        let mut info = MaybeUninit::<libc::tcp_info>::zeroed();
        let mut length = libc::socklen_t::try_from(size_of::<libc::tcp_info>()).ok()?;
        // SAFETY: the kernel writes at most `length` bytes, which is the size of what `info` points to.
        let result = unsafe {
            libc::getsockopt(
                socket.as_raw_fd(),
                libc::IPPROTO_TCP,
                libc::TCP_INFO,
                info.as_mut_ptr().cast(),
                &raw mut length,
            )
        };
        // SAFETY: all fields are integers, for which the zeros that were there are values too.
        (result == 0).then(|| unsafe { info.assume_init() })
    }
}

#[cfg(not(target_os = "linux"))]
pub fn silent_for(_: std::os::fd::BorrowedFd<'_>) -> Option<std::time::Duration> {
    None
}

#[cfg(not(target_os = "linux"))]
pub fn round_trip(_: std::os::fd::BorrowedFd<'_>) -> Option<std::time::Duration> {
    None
}

#[cfg(not(target_os = "linux"))]
pub fn bytes_received(_: std::os::fd::RawFd) -> Option<u64> {
    None
}

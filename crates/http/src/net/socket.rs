//! A TCP stream that knows when what was read from it had come. On Linux the kernel stamps what arrives
//! (`SO_TIMESTAMPNS`, socket(7)): so a response time ends when the answer's last byte reached this machine, however
//! late a busy I/O thread comes to read it. Elsewhere, and where a stamp is missing, it ends with the reading.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::events;
use rlocust_core::clock;

use super::stamp::Stamp;
use super::stamps;
use super::waits::Waits;

/// How long the stream of a connection has not gone on, never shorter than it is; `None` where nobody knows. Handed
/// in, since to ask the kernel (`TCP_INFO`, tcp(7)) takes `unsafe`.
pub type SilentFor = fn(BorrowedFd<'_>) -> Option<Duration>;

/// How long the network took to open a connection, as far as the kernel measured it; `None` where it did not, and where
/// anything was sent again. Handed in like `SilentFor`.
pub type RoundTrip = fn(BorrowedFd<'_>) -> Option<Duration>;

/// The kernel counts silence in ticks of its clock, 1 to 10 ms: nothing to learn about what has just come.
const PROMPT: Duration = Duration::from_millis(1);

/// An open TCP connection.
pub(crate) struct Socket {
    stream: TcpStream,
    arrived: Instant,
    /// The stamp of what was read last, where it is old: whether it holds, the kernel has to be asked.
    old_stamp: Option<Stamp>,
    silent_for: SilentFor,
    /// While it is opened.
    waits: Option<Box<Waits>>,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, silent_for: SilentFor) -> Self {
        stamps::ask_for(&stream);
        Self {
            stream,
            arrived: clock::instant(),
            old_stamp: None,
            silent_for,
            waits: None,
        }
    }

    /// From now on it is known how long what had come waited for its reader, and its reader for a core.
    pub(crate) fn count_waits(&mut self) {
        self.waits = Some(Box::new(Waits::begin()));
    }

    /// How long that was; nothing is counted any more.
    pub(crate) fn waited(&mut self) -> Duration {
        self.waits
            .take()
            .map_or(Duration::ZERO, |waits| waits.late())
    }

    fn begin_to_wait(&mut self) {
        if let Some(waits) = &mut self.waits {
            waits.begin_to_wait();
        }
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// When the bytes that were read last had come; of the other side's goodbye, when it was read. To be asked at once,
    /// and not of every part of a body: it may cost a system call.
    pub(crate) fn arrived(&mut self) -> Instant {
        if let Some(stamp) = self.old_stamp.take() {
            self.arrived = self.in_sequence(stamp);
        }
        self.arrived
    }

    /// A segment that came out of turn has the stamp of that moment, but is there for nobody until what was missing
    /// has come too: the stamp of bytes that lay here for long is held against when the stream last went on.
    fn in_sequence(&self, stamp: Stamp) -> Instant {
        let silence = (self.silent_for)(self.stream.as_fd()).unwrap_or(stamp.age);
        stamp.moment + stamp.age.saturating_sub(silence)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        events::closed(&self.stream);
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = space.filled().len();
        let read = stamps::poll_read(&mut self.stream, task, space);
        if let Poll::Ready(Ok(stamp)) = read {
            let is_goodbye = space.filled().len() == before;
            let stamp = stamp.filter(|_| !is_goodbye);
            self.arrived = stamp.map_or_else(clock::instant, |stamp| stamp.moment);
            self.old_stamp = stamp.filter(|stamp| stamp.age > PROMPT);
            if self.waits.is_some() {
                let arrived = stamp.map(|_| self.arrived());
                if let Some(waits) = &mut self.waits {
                    waits.has_read(Poll::Ready(arrived));
                }
            }
        } else if let (Some(waits), true) = (&mut self.waits, read.is_pending()) {
            waits.has_read(Poll::Pending);
        }
        read.map_ok(drop)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.begin_to_wait();
        Pin::new(&mut self.stream).poll_write(task, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.begin_to_wait();
        Pin::new(&mut self.stream).poll_write_vectored(task, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Write as _;
    use std::mem::MaybeUninit;
    use std::net::TcpListener;
    use std::time::Duration;

    use socket2::SockRef;
    use tokio::io::AsyncReadExt as _;

    use super::super::stamps::{Clocks, Stamping};
    use super::*;
    use rlocust_testing::waiting::{DEADLINE, let_pass, wait_until};

    const SILENCE: Duration = Duration::from_millis(5);

    fn pair(silent_for: SilentFor) -> (Socket, std::net::TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let stream = std::net::TcpStream::connect(address).expect("it listens");
        stream.set_nonblocking(true).expect("a socket");
        let stream = TcpStream::from_std(stream).expect("a runtime");
        let socket = Socket::new(stream, silent_for);
        (socket, listener.accept().expect("connected").0)
    }

    fn wait_for_bytes(socket: &Socket) {
        let mut byte = [MaybeUninit::uninit()];
        wait_until("something came", || {
            SockRef::from(socket.stream()).peek(&mut byte).is_ok()
        });
    }

    /// The time at which the bytes were there; they have then lain for so long.
    fn leave_lying(socket: &Socket, time: Duration) -> Instant {
        wait_for_bytes(socket);
        let seen = clock::instant();
        let_pass(time);
        seen
    }

    #[test]
    fn what_came_before_the_wall_clock_was_set_has_no_place() {
        let begun = clock::instant();
        let ms = Duration::from_millis;
        let first = Clocks::after(None, begun, ms(1_000_000));
        let next = Clocks::after(Some(first), begun + ms(1_000), ms(1_001_000));
        let stamp = next.place(ms(1_000_900)).expect("both clocks agree");
        assert_eq!((stamp.moment, stamp.age), (begun + ms(900), ms(100)));

        let forward = Clocks::after(Some(next), begun + ms(2_000), ms(1_062_000));
        assert!(forward.place(ms(1_001_500)).is_none());
        // The same lot of answers, read a moment later: both clocks agree again.
        let later = Clocks::after(Some(forward), begun + ms(2_001), ms(1_062_001));
        assert!(later.place(ms(1_001_600)).is_none());
        assert!(later.place(ms(1_062_001)).is_some());

        let back = Clocks::after(Some(later), begun + ms(3_000), ms(900_000));
        assert!(back.place(ms(1_062_500)).is_none() && back.place(ms(899_000)).is_none());
    }

    #[test]
    fn a_thread_that_loses_the_core_between_two_clocks_reads_them_again() {
        let begun = clock::instant();
        let ms = Duration::from_millis;
        let last = Clocks::after(None, begun, ms(1_000_000));
        let readings = [(100, 1_000_130), (131, 1_000_131)];
        let next = std::cell::Cell::new(0);
        let clocks = Clocks::compared(Some(last), || {
            let (ours, wall) = readings[next.replace(1)];
            Some((begun + ms(ours), ms(wall)))
        });
        let stamp = clocks.and_then(|clocks| clocks.place(ms(1_000_090)));
        assert_eq!(stamp.map(|stamp| stamp.moment), Some(begun + ms(90)));
    }

    /// Each time on a new thread, which has read no clock before.
    #[test]
    fn a_threads_first_answer_counts_from_when_it_came_however_late_it_is_read() {
        let _stamping = Stamping::begin();
        let is_in_time = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let (mut socket, mut server) = pair(|_| None);
                server.write_all(b"four").expect("connected");
                let seen = leave_lying(&socket, Duration::from_millis(3));
                socket.read_exact(&mut [0; 4]).await.expect("four bytes");
                socket.arrived() <= seen
            })
        };
        // The kernel begins to stamp a little after it is asked to.
        wait_until("it counts from when it came", || {
            std::thread::spawn(is_in_time).join().expect("no panic")
        });
    }

    /// The system is asked again: who took that for all would wait for bytes that have come.
    #[tokio::test]
    async fn more_than_there_was_room_for_is_read_next() {
        let (mut socket, mut server) = pair(|_| None);
        server.write_all(b"fourmore").expect("connected");
        leave_lying(&socket, Duration::from_millis(1));
        for expected in [b"four", b"more"] {
            let mut four = [0; 4];
            let read = tokio::time::timeout(DEADLINE, socket.read_exact(&mut four));
            read.await.expect("in time").expect("four bytes");
            assert_eq!(&four, expected);
        }
    }

    #[tokio::test]
    async fn a_late_reader_learns_when_the_bytes_came() {
        let _stamping = Stamping::begin();
        let (mut socket, mut server) = pair(|_| None);
        let mut in_time = Vec::new();
        for _ in 0..20 {
            let asked = clock::instant();
            server.write_all(b"four").expect("connected");
            let seen = leave_lying(&socket, Duration::from_millis(3));
            socket.read_exact(&mut [0; 4]).await.expect("four bytes");
            in_time.push(socket.arrived() >= asked && socket.arrived() <= seen);
        }
        // The kernel begins to stamp a little after it is asked to.
        assert!(
            in_time.iter().filter(|is_so| **is_so).count() >= 10,
            "{in_time:?}"
        );
    }

    /// Where the stream has been silent for 5 ms, bytes stamped 20 ms ago came out of turn.
    #[tokio::test]
    async fn bytes_that_came_out_of_turn_count_from_when_the_stream_went_on() {
        let _stamping = Stamping::begin();
        let (mut socket, mut server) = pair(|_| Some(SILENCE));
        for _ in 0..5 {
            server.write_all(b"four").expect("connected");
            leave_lying(&socket, 4 * SILENCE);
            let begun = clock::instant();
            socket.read_exact(&mut [0; 4]).await.expect("four bytes");
            assert!(socket.arrived() + SILENCE >= begun);
        }
    }

    #[tokio::test]
    async fn the_end_of_a_connection_comes_when_it_is_read() {
        let (mut socket, mut server) = pair(|_| None);
        server.write_all(b"four").expect("connected");
        drop(server);
        wait_for_bytes(&socket);
        let begun = clock::instant();
        let mut read = Vec::new();
        socket.read_to_end(&mut read).await.expect("an end");
        assert_eq!(read, b"four");
        assert!(socket.arrived() >= begun);
    }
}

//! How long what the network had ready waited for the I/O thread, while a connection is opened, and how long the thread
//! worked on it without a core: no time of the call's.

use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use rlocust_core::clock;

/// Runs `work`; says, too, when it began to wait.
pub(crate) async fn with_wait<T>(work: impl Future<Output = T>) -> (T, Instant) {
    let mut work = pin!(work);
    let mut since = None;
    let done = std::future::poll_fn(|task| {
        let polled = work.as_mut().poll(task);
        if polled.is_pending() {
            since.get_or_insert_with(clock::instant);
        }
        polled
    })
    .await;
    (done, since.unwrap_or_else(clock::instant))
}

/// Of one opening: something was written, an answer came, we got to read that, and worked on it until we wrote again.
pub(crate) struct Waits {
    /// When we began to wait for the network. A thread that loses its core then loses nothing, until something comes.
    since: Option<Instant>,
    work: Option<Work>,
    late: Duration,
}

/// What is done in one go.
struct Work {
    begun: Instant,
    cpu_before: Duration,
}

impl Work {
    fn begin() -> Self {
        Self {
            begun: clock::instant(),
            cpu_before: clock::cpu_of_thread(),
        }
    }

    /// While others had the cores.
    fn without_core(&self) -> Duration {
        let used = clock::cpu_of_thread().saturating_sub(self.cpu_before);
        self.begun.elapsed().saturating_sub(used)
    }
}

impl Waits {
    /// We begin with work of our own.
    pub(crate) fn begin() -> Self {
        Self {
            since: None,
            work: Some(Work::begin()),
            late: Duration::ZERO,
        }
    }

    /// A reading found nothing, or what had come by `arrived`; nothing where nobody knows when.
    pub(crate) fn has_read(&mut self, read: Poll<Option<Instant>>) {
        match read {
            Poll::Pending => self.begin_to_wait(),
            Poll::Ready(arrived) => {
                let Some(since) = self.since.take() else {
                    return;
                };
                if let Some(arrived) = arrived {
                    self.late += since.max(arrived).elapsed();
                }
                self.work = Some(Work::begin());
            }
        }
    }

    /// Something is about to be written, and the other side to go on with it.
    pub(crate) fn begin_to_wait(&mut self) {
        self.late = self.late();
        self.work = None;
        self.since.get_or_insert_with(clock::instant);
    }

    /// How long all that was read had lain there while the reader waited, and its work had no core.
    pub(crate) fn late(&self) -> Duration {
        let without_core = self
            .work
            .as_ref()
            .map_or(Duration::ZERO, Work::without_core);
        self.late + without_core
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_testing::waiting::let_pass;

    const TIME: Duration = Duration::from_millis(5);

    /// Uses its core all along.
    fn work() {
        let before = clock::cpu_of_thread();
        while clock::cpu_of_thread().saturating_sub(before) < TIME {}
    }

    /// A thread that blocks has no core, as one has none that others have thrown off it.
    fn lose_the_core() {
        let_pass(TIME);
    }

    #[tokio::test]
    async fn work_begins_to_wait_before_the_others_have_their_turn() {
        let (sender, waited_for) = tokio::sync::oneshot::channel();
        let others = async {
            sender.send(()).expect("somebody waits");
            lose_the_core();
        };
        let ((done, since), ()) = tokio::join!(with_wait(waited_for), others);
        assert_eq!(done, Ok(()));
        assert!(since.elapsed() >= TIME);
    }

    #[test]
    fn late_is_what_lay_there_while_its_reader_waited() {
        let lost = Work::begin(); // to other programs, all along
        let mut waits = Waits::begin();
        let early = clock::instant();
        waits.has_read(Poll::Ready(Some(early)));
        assert!(waits.late() <= lost.without_core(), "it had not waited");
        work();
        waits.has_read(Poll::Pending);
        let waiting = clock::instant();
        lose_the_core();
        waits.has_read(Poll::Ready(Some(early)));
        let late = waits.late();
        assert!(late >= TIME);
        assert!(late <= waiting.elapsed() + lost.without_core());
        waits.has_read(Poll::Pending);
        let late = waits.late();
        waits.has_read(Poll::Ready(None));
        assert!(waits.late() <= late + lost.without_core(), "nobody knows");
    }

    #[test]
    fn late_is_also_what_the_work_lasted_without_a_core() {
        let mut waits = Waits::begin();
        lose_the_core();
        assert!(waits.late() >= TIME, "first work");
        waits.has_read(Poll::Pending);
        let of_work = waits.late();
        lose_the_core();
        let arrived = clock::instant();
        waits.has_read(Poll::Ready(Some(arrived)));
        let of_both = waits.late();
        assert!(of_both <= of_work + arrived.elapsed(), "the network's time");
        lose_the_core();
        waits.begin_to_wait();
        let with_answer = waits.late();
        assert!(with_answer >= of_both + TIME);
        lose_the_core();
        assert_eq!(waits.late(), with_answer, "the other side is at work");
        let arrived = clock::instant();
        lose_the_core();
        waits.has_read(Poll::Ready(Some(arrived)));
        assert!(waits.late() >= with_answer + TIME, "it was not asked");
    }
}

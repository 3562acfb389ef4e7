//! How long what the network had ready waited for the I/O thread, while a connection is opened: no time of the call's.

use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::clock;

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

/// Of one reader: it began to wait, something came, it got to read that.
#[derive(Default)]
pub(crate) struct Waits {
    since: Option<Instant>,
    late: Duration,
}

impl Waits {
    /// A reading found nothing, or what had come by `arrived`; nothing where nobody knows when.
    pub(crate) fn has_read(&mut self, read: Poll<Option<Instant>>) {
        match read {
            Poll::Pending => self.since = Some(clock::instant()),
            Poll::Ready(arrived) => {
                let since = self.since.take();
                if let Some((since, arrived)) = since.zip(arrived) {
                    self.late += since.max(arrived).elapsed();
                }
            }
        }
    }

    /// How long all that was read had lain there while the reader waited.
    pub(crate) fn late(&self) -> Duration {
        self.late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spin() {
        let begun = clock::instant();
        while begun.elapsed() < Duration::from_millis(5) {
            std::thread::yield_now();
        }
    }

    #[tokio::test]
    async fn work_begins_to_wait_before_the_others_have_their_turn() {
        let (sender, waited_for) = tokio::sync::oneshot::channel();
        let others = async {
            sender.send(()).expect("somebody waits");
            spin();
        };
        let ((done, since), ()) = tokio::join!(with_wait(waited_for), others);
        assert_eq!(done, Ok(()));
        assert!(since.elapsed() >= Duration::from_millis(5));
    }

    #[test]
    fn late_is_what_lay_there_while_its_reader_waited() {
        let mut waits = Waits::default();
        let early = clock::instant();
        waits.has_read(Poll::Ready(Some(early)));
        assert_eq!(waits.late(), Duration::ZERO, "it had not waited");
        spin();
        waits.has_read(Poll::Pending);
        spin();
        waits.has_read(Poll::Ready(Some(early)));
        let late = waits.late();
        assert!(late >= Duration::from_millis(5) && late < early.elapsed());
        waits.has_read(Poll::Pending);
        waits.has_read(Poll::Ready(None));
        assert_eq!(waits.late(), late, "nobody knows");
    }
}

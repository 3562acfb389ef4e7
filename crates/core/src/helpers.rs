//! Threads for work that keeps an I/O thread from its calls, so many at a time. A turn belongs to the thread that works,
//! not to whoever waits for it: that one may go, the thread works on.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};

type Work = Box<dyn FnOnce() + Send>;

pub struct Helpers {
    name: &'static str,
    turns: Arc<Semaphore>,
    pub start_thread: fn(&str, Work) -> io::Result<()>,
}

impl Helpers {
    pub fn new(name: &'static str, most: usize) -> Self {
        Self {
            name,
            turns: Arc::new(Semaphore::new(most)),
            start_thread,
        }
    }

    /// Does the work on a thread of its own, when it is its turn. The error is that of a system which grants no thread.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let (answer, answered) = oneshot::channel();
        let whole = move || {
            let done = catch_unwind(AssertUnwindSafe(work));
            drop(turn);
            // Whoever asked may have gone meanwhile.
            drop(answer.send(done));
        };
        (self.start_thread)(self.name, Box::new(whole))?;
        match answered.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(io::Error::other("the thread ended without an answer")),
        }
    }
}

fn start_thread(name: &str, work: Work) -> io::Result<()> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    thread.spawn(work).map(drop)
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::mpsc::channel;
    use std::task::{Context, Waker};

    use super::*;
    use rlocust_testing::waiting::DEADLINE;

    fn is_open<T>(work: Pin<&mut impl Future<Output = T>>) -> bool {
        work.poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    }

    #[tokio::test]
    async fn a_thread_keeps_its_turn_when_nobody_waits_for_it_any_more() {
        let helpers = Helpers::new("test", 1);
        let (end, until) = channel::<()>();
        let (begun, has_begun) = channel();
        let mut first = Box::pin(helpers.run(move || {
            begun.send(()).ok();
            until.recv_timeout(DEADLINE).ok();
        }));
        assert!(is_open(first.as_mut()));
        has_begun.recv_timeout(DEADLINE).expect("a thread");
        drop(first);
        assert_eq!(helpers.turns.available_permits(), 0);
        let mut second = Box::pin(helpers.run(|| 2));
        assert!(is_open(second.as_mut()));
        end.send(()).expect("the first thread still works");
        let done = tokio::time::timeout(DEADLINE, second).await;
        assert_eq!(done.expect("a turn").expect("a thread"), 2);
    }
}

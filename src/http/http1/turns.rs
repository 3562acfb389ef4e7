//! Lets other calls of the thread have their turn while one peer sends without end what is laborious to read: interim
//! answers, header lines, chunks of a byte.

use tokio::task::yield_now;

/// Reading so many bytes takes a fraction of a millisecond.
const TURN: usize = 128 * 1024;

/// What was read since others had their turn.
#[derive(Default)]
pub(super) struct Turns(usize);

impl Turns {
    pub(super) async fn after(&mut self, count: usize) {
        self.0 += count;
        if self.0 >= TURN {
            self.0 = 0;
            yield_now().await;
        }
    }
}

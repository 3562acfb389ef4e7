//! Lets other calls of the thread have their turn while one peer sends without end what is laborious to read: interim
//! answers, header lines, chunks of a byte, what unpacks a thousandfold.

use tokio::task::yield_now;

/// Reading so many bytes takes a fraction of a millisecond.
const TURN: usize = 128 * 1024;

/// What was read since others had their turn.
#[derive(Default)]
pub struct Turns(usize);

impl Turns {
    /// So many bytes have been read.
    pub async fn after(&mut self, count: usize) {
        self.0 += count;
        if self.0 >= TURN {
            self.0 = 0;
            yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn others_have_their_turns_while_one_peer_sends_without_end() {
        let others = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&others);
        tokio::spawn(async move {
            loop {
                counted.fetch_add(1, Ordering::Relaxed);
                yield_now().await;
            }
        });
        let mut turns = Turns::default();
        for _ in 0..100 {
            turns.after(TURN / 4).await;
        }
        assert_eq!(others.load(Ordering::Relaxed), 25);
    }
}

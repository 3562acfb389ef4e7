//! What outputs and native threads have to say to the owner of the run: a full disk, a limit crossed, a dead thread.
//! They are pushed from any thread, the owner is woken and takes them; nobody else logs, prints or ends anything.
use std::sync::Arc;

use parking_lot::Mutex;

use super::fork_guard::ForkGuard;
use rlocust_core::liveness::Wake;

/// Something the owner of the run should hear, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notification {
    /// An output cannot do what it should.
    Error(String),
    /// Worth a line, nothing is wrong.
    Info(String),
    /// The run should end now, for this reason.
    Stop(String),
    /// The service thread is dead, by this panic: outputs are frozen.
    Died(String),
}

/// Where notifications lie until they are taken.
pub struct Notifications {
    waiting: Mutex<Vec<Notification>>,
    wake: Arc<Wake>,
    maker: ForkGuard,
}

impl Notifications {
    /// `wake` is called after each notification, from any thread.
    pub fn new(wake: Arc<Wake>) -> Self {
        Self {
            waiting: Mutex::default(),
            wake,
            maker: ForkGuard::this_process(),
        }
    }

    pub fn push(&self, notification: Notification) {
        self.waiting.lock().push(notification);
        (self.wake)();
    }

    /// In a forked child nothing: a thread of the parent's may have been putting something in.
    pub fn take(&self) -> Vec<Notification> {
        if self.maker.is_parent() {
            return Vec::new();
        }
        std::mem::take(&mut *self.waiting.lock())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_testing::waiting::DEADLINE;

    #[test]
    fn a_forked_child_takes_nothing_though_another_thread_was_putting_something_in() {
        let of_parent = Arc::new(Notifications {
            maker: ForkGuard::parent(),
            ..Notifications::new(Arc::new(|| ()))
        });
        let in_child = Arc::clone(&of_parent);
        let _pushing = of_parent.waiting.lock();
        let (sender, received) = std::sync::mpsc::channel();
        std::thread::spawn(move || sender.send(in_child.take()).ok());
        let waited = received.recv_timeout(DEADLINE);
        assert!(waited.expect("it waits for no lock").is_empty());
    }
}

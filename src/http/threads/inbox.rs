//! Where commands for one I/O thread wait. It can be filled from any thread; the lane is woken only if it sleeps.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

use crate::http::calls::command::Command;

/// Where commands for one I/O thread wait.
#[derive(Default)]
pub(crate) struct Inbox {
    state: Mutex<InboxState>,
}

#[derive(Default)]
struct InboxState {
    commands: VecDeque<Command>,
    /// The lane, asleep.
    sleeper: Option<Waker>,
    is_closed: bool,
}

impl Inbox {
    /// Puts commands in; gives them back if the lane is gone.
    pub(crate) fn put(&self, commands: impl Iterator<Item = Command>) -> Vec<Command> {
        let mut state = self.state.lock();
        if state.is_closed {
            return commands.collect();
        }
        state.commands.extend(commands);
        let sleeper = state.sleeper.take();
        drop(state);
        if let Some(sleeper) = sleeper {
            sleeper.wake();
        }
        Vec::new()
    }

    /// From now on commands are given back. Those inside are still taken up.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.is_closed = true;
        let sleeper = state.sleeper.take();
        drop(state);
        if let Some(sleeper) = sleeper {
            sleeper.wake();
        }
    }

    /// All that waits.
    pub(crate) fn take_all(&self) -> VecDeque<Command> {
        std::mem::take(&mut self.state.lock().commands)
    }

    /// Swaps the waiting commands into `batch` (empty before); `Ready(false)` once closed and
    /// drained.
    pub(crate) fn poll_take(
        &self,
        task: &mut Context<'_>,
        batch: &mut VecDeque<Command>,
    ) -> Poll<bool> {
        let mut state = self.state.lock();
        if !state.commands.is_empty() {
            std::mem::swap(&mut state.commands, batch);
            return Poll::Ready(true);
        }
        if state.is_closed {
            return Poll::Ready(false);
        }
        state.sleeper = Some(task.waker().clone());
        Poll::Pending
    }
}

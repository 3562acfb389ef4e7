//! Where commands for one I/O thread wait. It can be filled from any thread; the lane is woken only if it sleeps.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

use crate::calls::command::Command;

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

    /// Has the lane come round to its inbox, though nothing new is in it.
    pub(crate) fn nudge(&self) {
        let sleeper = self.state.lock().sleeper.take();
        if let Some(sleeper) = sleeper {
            sleeper.wake();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.state.lock().commands.is_empty()
    }

    /// How many calls wait.
    pub(crate) fn calls(&self) -> usize {
        let state = self.state.lock();
        let calls = state.commands.iter();
        calls.filter(|one| matches!(one, Command::Call(_))).count()
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

    /// The next command; `None` once closed and drained. What is not taken stays here, where others see it.
    pub(crate) fn poll_take(&self, task: &mut Context<'_>) -> Poll<Option<Command>> {
        let mut state = self.state.lock();
        if let Some(command) = state.commands.pop_front() {
            return Poll::Ready(Some(command));
        }
        if state.is_closed {
            return Poll::Ready(None);
        }
        state.sleeper = Some(task.waker().clone());
        Poll::Pending
    }
}

//! What a task of an I/O thread and a user's end share. Locked for lines only; who waits is woken after the lock is let go.
use std::sync::Arc;

use parking_lot::Mutex;

use super::wake::Wake;
use crate::types::ticket::Ticket;

/// A state of whose parts somebody waits for one.
pub trait Watch {
    /// What somebody waits for.
    type Awaited: Copy;

    /// Nobody need wait for that: it is there, or never will be.
    fn is_settled(&self, awaited: Self::Awaited) -> bool;
}

/// A state and those who wait for what it will be.
pub struct Watched<S: Watch> {
    inner: Mutex<Inner<S>>,
    wake: Arc<dyn Wake>,
}

struct Inner<S: Watch> {
    state: S,
    watchers: Vec<(S::Awaited, Ticket)>,
}

impl<S: Watch> Inner<S> {
    /// Takes out those who need wait no longer.
    fn take_settled(&mut self) -> Vec<Ticket> {
        let mut settled = Vec::new();
        self.watchers.retain(|(awaited, ticket)| {
            let waits = !self.state.is_settled(*awaited);
            if !waits {
                settled.push(*ticket);
            }
            waits
        });
        settled
    }
}

impl<S: Watch + Default> Watched<S> {
    pub fn new(wake: Arc<dyn Wake>) -> Self {
        let inner = Mutex::new(Inner {
            state: S::default(),
            watchers: Vec::new(),
        });
        Self { inner, wake }
    }
}

impl<S: Watch> Watched<S> {
    /// Reads something out, or changes what nobody waits for.
    pub fn look<T>(&self, at: impl FnOnce(&mut S) -> T) -> T {
        at(&mut self.inner.lock().state)
    }

    /// Wakes those who waited for what this brings.
    pub fn change<T>(&self, by: impl FnOnce(&mut S) -> T) -> T {
        let mut inner = self.inner.lock();
        let result = by(&mut inner.state);
        let settled = inner.take_settled();
        drop(inner);
        for ticket in settled {
            self.wake.woken(ticket);
        }
        result
    }

    /// Has the ticket woken; false where it need not wait.
    pub fn watch(&self, awaited: S::Awaited, ticket: Ticket) -> bool {
        let mut inner = self.inner.lock();
        let waits = !inner.state.is_settled(awaited);
        if waits {
            inner.watchers.push((awaited, ticket));
        }
        waits
    }

    /// The ticket waits no more.
    pub fn forget(&self, ticket: Ticket) {
        let mut inner = self.inner.lock();
        inner.watchers.retain(|(_, own)| *own != ticket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Count(u32);

    impl Watch for Count {
        type Awaited = u32;

        fn is_settled(&self, awaited: u32) -> bool {
            self.0 >= awaited
        }
    }

    #[derive(Default)]
    struct Woken(Mutex<Vec<u64>>);

    impl Wake for Woken {
        fn woken(&self, ticket: Ticket) {
            self.0.lock().push(ticket.0);
        }
    }

    #[test]
    fn who_waits_is_woken_once_when_it_is_there_and_not_where_it_was_or_is_forgotten() {
        let woken = Arc::new(Woken::default());
        let count = Watched::<Count>::new(Arc::clone(&woken) as Arc<dyn Wake>);
        assert!(!count.watch(0, Ticket(1)), "there by now");
        assert!(count.watch(2, Ticket(2)) && count.watch(1, Ticket(3)));
        assert!(count.watch(1, Ticket(4)));
        count.forget(Ticket(4));
        count.look(|count| count.0 = 1);
        assert!(woken.0.lock().is_empty(), "a look wakes nobody");
        count.change(|_| ());
        assert_eq!(*woken.0.lock(), [3]);
        count.change(|count| count.0 += 5);
        count.change(|count| count.0 += 5);
        assert_eq!(*woken.0.lock(), [3, 2]);
    }
}

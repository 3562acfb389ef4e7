//! The one queue of answers from the I/O threads to the script thread, and the gates at which foreign native
//! threads wait for theirs. The first answer of a batch wakes gevent's loop.
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::{Condvar, Mutex};
use rlocust_engine::http::{Reply, Session, Sink, Ticket, Wake};
use rlocust_engine::stats::Recorder;

use crate::hub::slots::Notification;
use crate::hub::system::waker::Waker;

/// Tickets of native threads that are not the script thread carry this bit.
pub(super) const FOREIGN: u64 = 1 << 63;

/// In the order they came.
pub(super) type Answers = VecDeque<(Ticket, Notification)>;

/// What is on its way from the I/O threads to the script thread.
pub(super) struct Inbox {
    pub queue: Mutex<Answers>,
    pub is_woken: AtomicBool,
    pub waker: Waker,
    pub gates: Mutex<HashMap<u64, Arc<Gate>>>,
    /// What an I/O thread died of, if one did.
    pub death: Mutex<Option<String>>,
}

/// Where a foreign native thread waits, with the interpreter released.
pub(super) struct Gate {
    /// Of the call, to cut it.
    pub session: Session,
    /// Where its sample and attempts are booked, if it is one; empty once they are.
    pub recorder: Mutex<Option<Arc<Recorder>>>,
    reply: Mutex<Option<Box<Reply>>>,
    opened: Condvar,
}

impl Gate {
    pub fn of(session: &Session, recorder: Option<&Arc<Recorder>>) -> Self {
        Self {
            session: session.clone(),
            recorder: Mutex::new(recorder.map(Arc::clone)),
            reply: Mutex::default(),
            opened: Condvar::new(),
        }
    }

    fn open(&self, reply: Box<Reply>) {
        *self.reply.lock() = Some(reply);
        self.opened.notify_one();
    }

    pub fn wait(&self) -> Box<Reply> {
        let mut reply = self.reply.lock();
        loop {
            if let Some(reply) = reply.take() {
                return reply;
            }
            self.opened.wait(&mut reply);
        }
    }
}

impl Inbox {
    /// All that has come; whatever comes from now on wakes the loop again.
    pub fn take(&self) -> Answers {
        self.waker.clear();
        self.is_woken.store(false, Ordering::Release);
        std::mem::take(&mut *self.queue.lock())
    }

    /// What the loop's next turn is to deal with, before anything that has come meanwhile.
    pub fn put_back(&self, mut rest: Answers) {
        if rest.is_empty() {
            return;
        }
        let mut queue = self.queue.lock();
        rest.append(&mut queue);
        *queue = rest;
        drop(queue);
        self.wake();
    }

    fn notify(&self, ticket: Ticket, notification: Notification) {
        self.queue.lock().push_back((ticket, notification));
        self.wake();
    }

    pub fn wake(&self) {
        if !self.is_woken.swap(true, Ordering::AcqRel) {
            self.waker.wake();
        }
    }
}

impl Sink for Inbox {
    fn answered(&self, ticket: Ticket, reply: Box<Reply>) {
        if ticket.0 & FOREIGN != 0 {
            if let Some(gate) = self.gates.lock().remove(&ticket.0) {
                gate.open(reply);
            }
            return;
        }
        self.notify(ticket, Notification::Answered(reply));
    }

    fn thread_died(&self, message: String) {
        *self.death.lock() = Some(message);
        self.wake();
    }
}

impl Wake for Inbox {
    fn woken(&self, ticket: Ticket) {
        self.notify(ticket, Notification::Woken);
    }
}

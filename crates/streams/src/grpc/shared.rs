//! What the user's end of a call and its task on the I/O thread share.
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use tokio::sync::Notify;

use rlocust_core::clock;
use rlocust_http::{Wake, Watch, Watched};

use super::message::Outgoing;
use super::metadata::Metadata;
use super::status::Status;

/// What somebody waits for. The end of the call ends every wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Awaited {
    /// The server's first metadata.
    Metadata,
    /// A message.
    Message,
    /// So many messages are on their way.
    Sent(u64),
    /// The status.
    End,
}

/// How a call ended.
#[derive(Clone, Debug)]
pub struct Ending {
    pub status: Status,
    pub trailing: Metadata,
    /// When the I/O thread took it up, or had a connection of its own opened for it.
    pub began: Instant,
    /// When the server's last word came, or this side ended it.
    pub ended: Instant,
    /// Bytes of all messages that came.
    pub received: u64,
}

/// What the task is to do.
pub(super) enum Order {
    Send(Outgoing),
    /// No more messages come.
    Finish,
}

/// So many bytes may lie here; more stay with the server, by the flow control of HTTP/2.
const MOST_QUEUED: usize = 1024 * 1024;

pub(super) struct Shared {
    pub(super) state: Watched<State>,
    ordered: Notify,
    taken: Notify,
    pub cancelled: Notify,
}

#[derive(Default)]
pub(super) struct State {
    pub began: Option<Instant>,
    pub metadata: Option<Metadata>,
    messages: VecDeque<Bytes>,
    queued: usize,
    received: u64,
    pub came: u64,
    orders: VecDeque<Order>,
    posted: u64,
    pub sent: u64,
    pub end: Option<Ending>,
}

impl Watch for State {
    type Awaited = Awaited;

    fn is_settled(&self, awaited: Awaited) -> bool {
        self.end.is_some()
            || match awaited {
                Awaited::Metadata => self.metadata.is_some(),
                Awaited::Message => !self.messages.is_empty(),
                Awaited::Sent(count) => self.sent >= count,
                Awaited::End => false,
            }
    }
}

impl Shared {
    pub fn new(wake: Arc<dyn Wake>) -> Self {
        Self {
            state: Watched::new(wake),
            ordered: Notify::new(),
            taken: Notify::new(),
            cancelled: Notify::new(),
        }
    }

    /// Puts an order in; how many messages have been until now.
    pub fn order(&self, order: Order) -> u64 {
        let posted = self.state.look(|state| {
            state.posted += u64::from(matches!(order, Order::Send(_)));
            state.orders.push_back(order);
            state.posted
        });
        self.ordered.notify_one();
        posted
    }

    pub async fn next_order(&self) -> Order {
        loop {
            if let Some(order) = self.state.look(|state| state.orders.pop_front()) {
                return order;
            }
            self.ordered.notified().await;
        }
    }

    pub fn begin(&self, at: Instant) {
        self.state.look(|state| state.began = Some(at));
    }

    pub fn answer(&self, metadata: Metadata) {
        self.state.change(|state| state.metadata = Some(metadata));
    }

    pub fn has_sent(&self) {
        self.state.change(|state| state.sent += 1);
    }

    /// Takes a message in, once there is room.
    pub async fn arrive(&self, message: Bytes) {
        while self.state.look(|state| state.queued >= MOST_QUEUED) {
            self.taken.notified().await;
        }
        self.state.change(|state| {
            state.came += 1;
            state.received += message.len() as u64;
            state.queued += message.len();
            state.messages.push_back(message);
        });
    }

    /// The next message that has come.
    pub fn take(&self) -> Option<Bytes> {
        let taken = self.state.look(|state| {
            let message = state.messages.pop_front()?;
            state.queued -= message.len();
            Some(message)
        });
        if taken.is_some() {
            self.taken.notify_one();
        }
        taken
    }

    /// The first end counts. Without a moment it is this one.
    pub fn end(&self, status: Status, trailing: Metadata, at: Option<Instant>) {
        let now = clock::instant();
        self.state.change(|state| {
            let ended = at.map_or(now, |at| at.min(now));
            let began = state.began.unwrap_or(ended).min(ended);
            let received = state.received;
            state.end.get_or_insert(Ending {
                status,
                trailing,
                began,
                ended,
                received,
            });
        });
    }
}

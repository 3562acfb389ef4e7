//! What the user's end and the task on the I/O thread share.
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Notify;

use rlocust_core::clock;
use rlocust_http::{Wake, Watch, Watched};

use super::fault::Fault;
use super::message::{Message, Payload};

/// What somebody waits for. The end of the connection ends every wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Awaited {
    /// The server's answer to the handshake.
    Opening,
    /// So many messages have been written.
    Written(u64),
    /// A message has come.
    Message,
    /// The connection is gone.
    End,
}

/// What the task is to do.
pub(super) enum Order {
    Send(Payload),
    Close { code: u16, reason: String },
}

pub(super) struct Shared {
    pub(super) state: Watched<State>,
    max_queued: usize,
    pub(super) ordered: Notify,
    /// This side wants no more of it.
    pub(super) leaving: Notify,
    /// One of both sides wants to say goodbye.
    pub(super) closing: Notify,
}

#[derive(Default)]
pub(super) struct State {
    pub opening: Option<Opening>,
    orders: VecDeque<Order>,
    posted: u64,
    pub written: u64,
    pub last_sent: Option<Instant>,
    pub last_written: Option<Instant>,
    /// Each with the count of messages that had been taken up by then.
    messages: VecDeque<(Payload, Instant, u64)>,
    taken_up: u64,
    pub goodbye: Option<Fault>,
    pub end: Option<(Fault, Instant)>,
}

/// How the connection was opened.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub began: Instant,
    pub opened: Instant,
    pub subprotocol: Option<String>,
}

impl Watch for State {
    type Awaited = Awaited;

    fn is_settled(&self, awaited: Awaited) -> bool {
        self.end.is_some()
            || match awaited {
                Awaited::Opening => self.opening.is_some(),
                Awaited::Written(count) => self.written >= count,
                Awaited::Message => !self.messages.is_empty(),
                Awaited::End => false,
            }
    }
}

impl Shared {
    pub fn new(wake: Arc<dyn Wake>, max_queued: usize) -> Self {
        Self {
            state: Watched::new(wake),
            max_queued,
            ordered: Notify::new(),
            leaving: Notify::new(),
            closing: Notify::new(),
        }
    }

    /// Puts an order in; how many messages have been until now, or how the connection ended.
    pub fn order(&self, order: Order) -> Result<u64, Fault> {
        let posted = self.state.look(|state| {
            if let Some((fault, _)) = &state.end {
                return Err(fault.clone());
            }
            state.posted += u64::from(matches!(order, Order::Send(_)));
            state.orders.push_back(order);
            Ok(state.posted)
        })?;
        self.ordered.notify_one();
        Ok(posted)
    }

    pub async fn next_order(&self) -> Order {
        loop {
            let order = self.state.look(|state| {
                let order = state.orders.pop_front();
                if let Some(Order::Send(_)) = order {
                    state.taken_up += 1;
                    state.last_sent = Some(clock::instant());
                }
                order
            });
            match order {
                Some(order) => return order,
                None => self.ordered.notified().await,
            }
        }
    }

    pub fn opened(&self, opening: Opening) {
        self.state.change(|state| state.opening = Some(opening));
    }

    pub fn has_written(&self) {
        self.state.change(|state| {
            state.written += 1;
            state.last_written = Some(clock::instant());
        });
    }

    /// A fault where there is no room for it.
    pub fn arrive(&self, payload: Payload, arrived: Instant) -> Result<(), Fault> {
        let limit = self.max_queued;
        self.state.change(|state| {
            if state.messages.len() >= limit {
                return Err(Fault::TooMany { limit });
            }
            let taken_up = state.taken_up;
            state.messages.push_back((payload, arrived, taken_up));
            Ok(())
        })
    }

    /// The next message, if it has come until then.
    pub fn take(&self, until: Instant) -> Option<Message> {
        self.state.look(|state| {
            let is_in_time = state.messages.front()?.1 <= until;
            let (payload, arrived, taken_up) =
                is_in_time.then(|| state.messages.pop_front()).flatten()?;
            Some(Message {
                payload,
                arrived,
                is_since_post: taken_up == state.posted,
            })
        })
    }

    /// What the other side's close frame says.
    pub fn goodbye(&self, fault: Fault) {
        self.state.look(|state| state.goodbye = Some(fault));
        self.closing.notify_one();
    }

    /// The first end counts.
    pub fn end(&self, fault: Fault) {
        self.state.change(|state| {
            state.orders.clear();
            state.end.get_or_insert_with(|| (fault, clock::instant()));
        });
    }
}

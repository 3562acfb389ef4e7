//! The user's end of a connection. Nothing here waits.
use std::sync::Arc;
use std::time::{Duration, Instant};

use rlocust_http::{Command, Engine, Session, Ticket, Wake};

use super::drive::{EndOnDrop, drive};
use super::fault::Fault;
use super::message::{Message, Payload};
use super::options::Options;
use super::shared::{Awaited, Order, Shared};

/// The close code of one who goes away without a word.
const GOING_AWAY: u16 = 1001;

/// The user's end of a connection. Dropping it says goodbye.
pub struct WebSocket {
    shared: Arc<Shared>,
    process: u32,
}

impl WebSocket {
    /// Begins to open a connection on the session's I/O thread.
    pub fn open(engine: &Engine, session: Session, options: Options, wake: Arc<dyn Wake>) -> Self {
        let shared = Arc::new(Shared::new(wake, options.max_queued));
        let life = EndOnDrop(Arc::clone(&shared));
        let work = Box::new(|network| Box::pin(drive(network, life, options)) as _);
        engine.submit(&mut vec![Command::Work { session, work }]);
        Self {
            shared,
            process: std::process::id(),
        }
    }

    /// Has the ticket woken when that is there, or never will be; false where it is so by now.
    pub fn watch(&self, awaited: Awaited, ticket: Ticket) -> bool {
        self.shared.state.watch(awaited, ticket)
    }

    /// The ticket waits no more.
    pub fn forget(&self, ticket: Ticket) {
        self.shared.state.forget(ticket);
    }

    /// How long it took to open; `None` as long as it is not.
    pub fn opened(&self) -> Option<Duration> {
        self.shared.state.look(|state| {
            let opening = state.opening.as_ref()?;
            Some(opening.opened.saturating_duration_since(opening.began))
        })
    }

    /// The subprotocol that the server chose.
    pub fn subprotocol(&self) -> Option<String> {
        self.shared
            .state
            .look(|state| state.opening.as_ref()?.subprotocol.clone())
    }

    /// Hands a message over; answers how many have been until now.
    pub fn post(&self, payload: Payload) -> Result<u64, Fault> {
        self.shared.order(Order::Send(payload))
    }

    /// When the I/O thread took up the message that was written last.
    pub fn last_sent(&self) -> Option<Instant> {
        self.shared.state.look(|state| state.last_sent)
    }

    /// How long it took to write the last one of so many messages; `None` as long as it is not written.
    pub fn written(&self, count: u64) -> Option<Duration> {
        self.shared.state.look(|state| {
            let is_written = state.written >= count;
            let (sent, written) = state.last_sent.zip(state.last_written)?;
            is_written.then(|| written.saturating_duration_since(sent))
        })
    }

    /// The next message, if it has come until then.
    pub fn take(&self, until: Instant) -> Option<Message> {
        self.shared.take(until)
    }

    /// How it ended and when the I/O thread saw it; messages may still be there.
    pub fn end(&self) -> Option<(Fault, Instant)> {
        self.shared.state.look(|state| state.end.clone())
    }

    /// Says goodbye after what was posted before; the end comes when the other side has answered, or soon after.
    pub fn close(&self, code: u16, reason: String) {
        if self.shared.order(Order::Close { code, reason }).is_ok() {
            self.shared.leaving.notify_one();
            self.shared.closing.notify_one();
        }
    }
}

impl Drop for WebSocket {
    fn drop(&mut self) {
        // In a forked child it is the parent's, and the lock may be held for ever.
        if self.process == std::process::id() {
            self.close(GOING_AWAY, String::new());
        }
    }
}

//! The user's ends of a channel and of its calls. Nothing here waits.
use std::sync::Arc;

use bytes::Bytes;

use rlocust_http::{Command, Engine, Session, SessionOptions, Ticket, Wake};

use super::call_options::{CallOptions, Method};
use super::drive::{Guard, drive};
use super::line::Line;
use super::message::Outgoing;
use super::metadata::Metadata;
use super::shared::{Awaited, Ending, Order, Shared};
use super::target::Target;

/// One user's connection to a target. Dropping it ends its calls.
pub struct Channel {
    line: Arc<Line>,
    session: Session,
    process: u32,
}

/// The user's end of one call. Dropping it cancels what has not ended.
pub struct Rpc {
    shared: Arc<Shared>,
    process: u32,
}

impl Channel {
    /// Opens nothing yet: the first call does.
    pub fn new(engine: &Engine, target: Target) -> Self {
        Self {
            line: Arc::new(Line::new(target)),
            session: engine.session(SessionOptions::default()),
            process: std::process::id(),
        }
    }

    pub fn target(&self) -> &Target {
        &self.line.target
    }

    /// A call, and the command that begins it.
    pub fn call(
        &self,
        method: &Arc<Method>,
        asked: CallOptions,
        wake: Arc<dyn Wake>,
    ) -> (Rpc, Command) {
        let shared = Arc::new(Shared::new(wake));
        let guard = Guard(Arc::clone(&shared));
        let (line, method) = (Arc::clone(&self.line), Arc::clone(method));
        let work = Box::new(|network| Box::pin(drive(network, guard, line, method, asked)) as _);
        let session = self.session.clone();
        let process = self.process;
        (Rpc { shared, process }, Command::Work { session, work })
    }

    /// Ends its calls and its connection, for good.
    pub fn close(&self) {
        if self.process == std::process::id() {
            self.line.close();
        }
    }

    pub fn is_closed(&self) -> bool {
        self.line.is_closed()
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        if self.process == std::process::id() {
            self.line.close();
        } else {
            // In a forked child it is the parent's: the connection stays open, and its lock may be held for ever.
            std::mem::forget(Arc::clone(&self.line));
        }
    }
}

impl Rpc {
    /// Has the ticket woken when that is there, or never will be; false where it is so by now.
    pub fn watch(&self, awaited: Awaited, ticket: Ticket) -> bool {
        self.shared.state.watch(awaited, ticket)
    }

    /// The ticket waits no more.
    pub fn forget(&self, ticket: Ticket) {
        self.shared.state.forget(ticket);
    }

    /// What the server said before its first message.
    pub fn metadata(&self) -> Option<Metadata> {
        self.shared.state.look(|state| state.metadata.clone())
    }

    /// The next message that has come.
    pub fn take(&self) -> Option<Bytes> {
        self.shared.take()
    }

    /// How it ended; messages may still be there.
    pub fn end(&self) -> Option<Ending> {
        self.shared.state.look(|state| state.end.clone())
    }

    pub fn has_ended(&self) -> bool {
        self.shared.state.look(|state| state.end.is_some())
    }

    /// Hands a message over; answers how many have been until now.
    pub fn post(&self, message: Outgoing) -> u64 {
        self.shared.order(Order::Send(message))
    }

    /// So many messages are on their way to the server.
    pub fn has_sent(&self, count: u64) -> bool {
        self.shared.state.look(|state| state.sent >= count)
    }

    /// No more messages come from this side.
    pub fn finish(&self) {
        self.shared.order(Order::Finish);
    }

    /// Ends it here; the server learns of it.
    pub fn cancel(&self) {
        self.shared.cancelled.notify_one();
    }
}

impl Drop for Rpc {
    fn drop(&mut self) {
        if self.process == std::process::id() {
            self.cancel();
        }
    }
}

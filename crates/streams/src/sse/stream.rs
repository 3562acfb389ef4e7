//! The user's end of a stream. Nothing here waits.
use std::sync::Arc;
use std::time::Instant;

use rlocust_http::{Command, Engine, Session, Ticket, Wake};

use super::drive::{EndOnDrop, drive};
use super::fault::Fault;
use super::options::Options;
use super::shared::{Awaited, Moments, Opening, Received, Shared};

/// The user's end of a stream. Dropping it gives the stream up.
pub struct EventStream {
    shared: Arc<Shared>,
    process: u32,
}

impl EventStream {
    /// Begins to ask for a stream on the session's I/O thread.
    pub fn open(engine: &Engine, session: Session, options: Options, wake: Arc<dyn Wake>) -> Self {
        let ledger = Arc::clone(&options.ledger);
        let shared = Arc::new(Shared::new(wake, ledger, options.max_queued));
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

    /// How the answer began; `None` as long as it has not.
    pub fn opening(&self) -> Option<Opening> {
        self.shared.state.look(|state| state.opening.clone())
    }

    pub fn moments(&self) -> Moments {
        self.shared.state.look(|state| state.moments)
    }

    /// Of the event that came last.
    pub fn last_event_id(&self) -> String {
        self.shared.state.look(|state| state.last_event_id.clone())
    }

    /// The next event, if it has come until then.
    pub fn take(&self, until: Instant) -> Option<Received> {
        self.shared.take(until)
    }

    /// How it ended; events may still be there.
    pub fn end(&self) -> Option<Fault> {
        self.shared.state.look(|state| state.end.clone())
    }

    /// Wants no more of it. What has come stays.
    pub fn close(&self) {
        self.shared.leaving.notify_one();
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        // In a forked child it is the parent's, and the lock may be held for ever.
        if self.process == std::process::id() {
            self.close();
        }
    }
}

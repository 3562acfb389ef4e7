//! What can be handed to the engine.

use crate::sessions::session::Session;
use crate::types::ticket::Ticket;
use crate::work::network::Work;

use super::call::Call;

/// What can be submitted. Commands of one batch for one session are taken up in their order.
pub enum Command {
    /// Do this request; answered exactly once by `Sink::answered`.
    Call(Box<Call>),
    /// Stop a call. It still reports once through the sink, as `HttpError::Cut` with its phase (or
    /// with its real reply if that was quicker), and its connection is dropped.
    Abort {
        /// The ticket of what is to stop.
        ticket: Ticket,
        /// The session of the call.
        session: Session,
    },
    /// Do this on the I/O thread of the session.
    Work {
        /// The session whose thread is meant.
        session: Session,
        /// What to do there; dropped where the thread is gone.
        work: Work,
    },
    /// The I/O thread of the session stands still, as in an answer that costs too much.
    #[cfg(debug_assertions)]
    Stall {
        /// The session whose thread is meant.
        session: Session,
        /// Until something comes here …
        until: std::sync::mpsc::Receiver<()>,
        /// … but no longer than this.
        limit: std::time::Duration,
    },
    /// A bug: the I/O thread of the session dies of it.
    #[cfg(test)]
    Panic(Session),
}

impl Command {
    /// Whose thread takes it up.
    pub(crate) fn session(&self) -> &Session {
        match self {
            Self::Call(call) => &call.session,
            Self::Abort { session, .. } | Self::Work { session, .. } => session,
            #[cfg(debug_assertions)]
            Self::Stall { session, .. } => session,
            #[cfg(test)]
            Self::Panic(session) => session,
        }
    }
}

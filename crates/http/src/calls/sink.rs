//! Where replies go.

use crate::types::ticket::Ticket;

use super::reply::Reply;

/// Where answers go. Called on I/O threads: be quick, do not wait, do not panic.
pub trait Sink: Send + Sync + 'static {
    /// A call is over: exactly once per submitted call, also after an abort, a panic or a
    /// shutdown.
    fn answered(&self, ticket: Ticket, reply: Box<Reply>);

    /// An I/O thread died of a bug of ours; everything on it has been answered. The run should
    /// end with this message.
    fn thread_died(&self, message: String) {
        let _ = message;
    }
}

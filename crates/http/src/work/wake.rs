//! How those who wait for work of other rooms learn that it has gone on.
use crate::types::ticket::Ticket;

/// Where those who wait are woken.
pub trait Wake: Send + Sync {
    /// What this one waits for is there, or never will be. From any thread; each ticket at most once.
    fn woken(&self, ticket: Ticket);
}

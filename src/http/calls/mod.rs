//! One call: what is handed in, the hops it takes, what comes back.

pub(crate) mod call;
pub(crate) mod job;
pub(crate) mod redirect;
pub(crate) mod reply;

//! One call: what is handed in, the hops it takes, what comes back.

pub(crate) mod call;
pub(crate) mod command;
pub(crate) mod encode;
pub(crate) mod follow;
pub(crate) mod job;
pub(crate) mod redirect;
pub(crate) mod reply;
pub(crate) mod running;
pub(crate) mod send;
pub(crate) mod shared;
pub(crate) mod sink;
pub(crate) mod take_in;

//! One call: what is handed in (`call`, `command`), what comes back (`reply`), and the way between: `follow` goes from hop
//! to hop, `send` gets an answer to each request, `take_in` books it. `job` is the state they share.

pub(crate) mod call;
pub(crate) mod command;
mod decode;
mod encode;
mod events;
mod follow;
pub(crate) mod job;
mod redirect;
pub(crate) mod reply;
pub(crate) mod running;
mod send;
pub(crate) mod shared;
pub(crate) mod sink;
mod take_in;

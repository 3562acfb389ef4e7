//! What bodies may take of the memory: one body and all together, so that no server's answer ends the process.
//! Reservations fail instead of aborting; who has none fails its call with the reason.

pub(super) mod available;
pub(super) mod budget;
pub(super) mod space;

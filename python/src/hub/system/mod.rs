//! What the system and greenlet lend the hub: wake-ups, alarms, the age of a connection's data, the switch itself.
//! All of the hub's `unsafe` stands here.
pub mod alarm;
pub mod greenlet;
pub mod leave;
pub mod signals;
pub mod tcp;
pub mod waker;

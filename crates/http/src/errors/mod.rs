//! Kinds of errors, with the data that both clients' texts need, and what follows from each kind (`classes`). They name
//! nothing else of the client.

mod classes;
pub(crate) mod error;
pub(crate) mod memory_fault;
pub(crate) mod tls_fault;

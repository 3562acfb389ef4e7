//! Kinds of errors, with the data that both clients' texts need. They name nothing else of the client.

mod classes;
pub(crate) mod error;
pub(crate) mod tls_fault;

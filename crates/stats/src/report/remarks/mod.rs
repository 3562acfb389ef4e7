//! Sentences below the account of a run: what a master never got of its workers, names that are one request.
pub mod losses;
pub mod similar_names;

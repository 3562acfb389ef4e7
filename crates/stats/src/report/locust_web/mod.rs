//! The answers of Locust's web interface, letter by letter: their figures, and JSON as Flask prints it.
mod python_json;
mod requests;

pub use python_json::pretty;
pub use requests::{ShownPercentiles, exceptions, requests, worker_count};

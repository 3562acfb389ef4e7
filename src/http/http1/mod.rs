//! One HTTP/1.1 request and its answer on one connection.

pub(crate) mod answer;
pub(crate) mod asked;
pub(crate) mod body_reader;
pub(crate) mod cut_head;
pub(crate) mod exchange;
pub(crate) mod faults;
pub(crate) mod head_reader;
pub(crate) mod progress;
pub(crate) mod spare;

//! One HTTP/1.1 request and its answer on one connection: `exchange` writes and reads, `head_reader` and `body_reader` are
//! its steps, `heads` and `passing` what the first makes of the bytes. `answer` and `progress` serve HTTP/2 as well.

pub(crate) mod answer;
mod body_reader;
mod cut_head;
pub(crate) mod exchange;
pub(crate) mod faults;
pub(crate) mod head_reader;
pub(crate) mod heads;
mod interim_body;
mod pieces;
pub(crate) mod progress;
pub(crate) mod read_context;
pub(crate) mod spare;
pub(crate) mod turns;

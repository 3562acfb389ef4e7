//! HTTP/1.1 as bytes: writing requests (`encode`), reading heads (`head`), and the framing of bodies (`framing`, `chunks`).
//! No sockets here.

mod chunk_lines;
pub(crate) mod chunks;
pub(crate) mod encode;
mod fields;
pub(crate) mod framing;
pub(crate) mod head;
pub(crate) mod head_end;
pub(crate) mod head_faults;
mod lengths;
mod lenient_fields;
pub(crate) mod sent;
mod status_line;
pub(crate) mod strict_body;
mod strict_fields;

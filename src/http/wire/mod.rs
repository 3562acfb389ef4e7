//! HTTP/1.1 as bytes: writing requests, reading heads and the framing of bodies. No sockets here.

pub(crate) mod chunk_lines;
pub(crate) mod chunks;
pub(crate) mod encode;
pub(crate) mod fields;
pub(crate) mod framing;
pub(crate) mod head;
pub(crate) mod head_end;
pub(crate) mod head_faults;
pub(crate) mod lengths;
pub(crate) mod lenient_fields;
pub(crate) mod sent;
pub(crate) mod status_line;
pub(crate) mod strict_body;
pub(crate) mod strict_fields;

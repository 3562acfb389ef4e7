//! What other rooms do on the I/O threads: connections of their own, opened as those of calls are.

pub(crate) mod answer;
mod coding;
mod framed;
pub(crate) mod network;
pub(crate) mod stream;
pub(crate) mod wake;
pub(crate) mod watched;

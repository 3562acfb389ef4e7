//! Words that all of the client uses: kinds of errors, versions of HTTP. They name nothing else of it.

pub(crate) mod error;
pub(crate) mod protocol;

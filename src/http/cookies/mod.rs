//! Cookies by the rules of Python's `http.cookiejar`, which both clients use.

pub(crate) mod date;
pub(crate) mod jar;
pub(crate) mod parse;
pub(crate) mod policy;

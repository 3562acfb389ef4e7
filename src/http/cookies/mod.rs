//! Cookies by the rules of Python's `http.cookiejar`, which both clients use.

pub(crate) mod cookie;
pub(crate) mod date;
pub(crate) mod date_scan;
pub(crate) mod jar;
pub(crate) mod make;
pub(crate) mod parse;
pub(crate) mod policy;
pub(crate) mod site;

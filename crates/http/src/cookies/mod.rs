//! Cookies by the rules of Python's `http.cookiejar`, which both clients use: `parse` and `make` read what a server sent,
//! `policy` says what may be set and sent, `jar` keeps them.

pub(crate) mod cookie;
mod date;
mod date_scan;
pub(crate) mod jar;
pub(crate) mod limits;
mod make;
mod parse;
mod policy;
pub(crate) mod site;
pub(crate) mod warning;

//! What differs between `requests` and geventhttpclient, each rule once: in `sending` requests, in reading `answers`, in
//! `following` redirects and what else happens once an answer is there.

mod answers;
pub(crate) mod dialect;
mod following;
mod sending;

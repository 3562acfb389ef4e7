//! The native halves of the two HTTP clients.
//!
//! `http` is `HttpSession`, `fast` is `FastHttpSession`: each spells calls as its Python library does. They share what a
//! `request` is made of, `json`, the `session` that sends it, and the `reply` that the suite gets to see.
mod attributes;
pub mod fast;
pub mod http;
pub mod json;
pub mod reply;
pub mod request;
pub mod session;
mod system;

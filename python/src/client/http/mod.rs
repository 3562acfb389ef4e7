//! `HttpSession`: the rules of `requests` on the engine's transport.
pub mod arguments;
pub mod body;
pub mod client;
pub mod containers;
pub mod headers;
pub mod json_answer;
pub mod keywords;
pub mod prepare;
pub mod prepared;
pub mod settings;
pub mod shim;
pub mod timeouts;

//! `FastHttpSession`: geventhttpclient's rules on the engine's transport.
pub mod body;
pub mod call;
pub mod client;
pub mod headers;
pub mod json_answer;
pub mod limits;
pub mod pending;
pub mod prepare;
pub mod response;
pub mod shim;
pub mod timeout;

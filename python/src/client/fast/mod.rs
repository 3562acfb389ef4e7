//! `FastHttpSession`: geventhttpclient's rules on the engine's transport.
pub mod client;
pub mod prepare;

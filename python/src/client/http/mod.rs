//! `HttpSession`: the rules of `requests` on the engine's transport.
pub mod client;
pub mod containers;
pub mod prepare;
pub mod shim;

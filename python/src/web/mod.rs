//! The web interface for Python: made, told what only the script knows, asked for what is native.
mod facts;
pub mod pages;
pub mod server;

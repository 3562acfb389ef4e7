//! URLs: in parts, and as each client spells what a script wrote. Pure functions.

pub(crate) mod escape;
pub(crate) mod python_split;
pub mod quote;
pub(crate) mod url;

//! JSON without Python's `json`: `json=` becomes bytes and an answer becomes objects as `json` itself would have it.
//!
//! What is unusual goes by Python, which also says what is wrong: a value of any other type than the seven that `json`
//! spells, a text that is no JSON, a part of `json` or of a client that somebody has replaced.
mod answer;
mod charset;
mod encoder;
mod keys;
mod originals;
mod parser;
mod payload;
mod strings;

pub use answer::{answered, are_intact, content_type, name_in, or_not_implemented};
pub use charset::{Encoding, charset};
pub use originals::{JsonOriginals, configure_json};
pub use parser::parsed;
pub use payload::{of_agent, of_requests};

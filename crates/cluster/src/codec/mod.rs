//! Messages as bytes and back: what passes here, a script can work with. Fuzzed (`fuzz/`), since strangers can send.
mod beat;
mod date;
mod malformed;
mod message;
mod scan;
mod shapes;
mod values;

pub use beat::{Beat, KIND as HEARTBEAT};
pub use date::{Date, MARK as DATE_MARK, TEXT as DATE_TEXT};
pub use malformed::Malformed;
pub use message::{Message, date_of, written};
pub use shapes::{fits_master, fits_worker};
pub use values::{KEY, MOST_COUNTED, binary, count_of, list, number_of, pairs_of, text, under};

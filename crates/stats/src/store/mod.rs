//! The result store: a file that grows by one checksummed record a second, from which every output of the run can be
//! made again. This room is the codec alone, bytes in and bytes out; `output` owns the file.
//!
//! A record holds what changed since the one before: sums as they are now, histograms and seconds as what was added.
//! A file whose last record is torn (the process was killed while it wrote) is whole up to there; damage before the
//! end is reported with its place. `docs/store.md` describes the format.
mod codec;
#[cfg(test)]
mod costs;
mod frame;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod machines;
mod read_tick;
mod reader;
mod row;
mod write_tick;
mod writer;

pub use codec::{Put, Take};
pub use reader::{Damage, Lacks, Reader, Record};
pub use row::{put_histogram, take_histogram};
pub use writer::Writer;

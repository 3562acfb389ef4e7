//! Earlier runs, from the stores that `--history` keeps: listed, shown as their reports show them, compared, noted, deleted,
//! handed out. Everything here may wait for a disk, and is asked on threads beside.
mod answers;
mod baseline;
mod kept;
mod pair;
mod shares;
mod summarized;

pub use answers::{
    LONGEST_LABEL, LONGEST_NOTE, MOST_LABELS, delete_run, note_run, report_of_run, run, runs,
    store_of_run,
};
pub use baseline::Baseline;
pub use kept::KeptTimeline;
pub use pair::compare_runs;

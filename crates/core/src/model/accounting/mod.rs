//! The exact bookkeeping: its classes, what a call tried and how it ended, and by which rule that counts as what.
mod attempts;
mod call_end;
mod classes;

pub use attempts::{Attempts, CutPhase};
pub use call_end::{CallEnd, Ended, Reported};
pub use classes::{Accounting, Outcome};

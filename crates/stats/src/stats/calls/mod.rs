//! Samples and attempts of calls on their way into the accounting. What each counts as is a rule of `model::CallEnd`;
//! here is when it is counted, where the report and the end of the call come one after the other, in either order.
mod book;
mod late_failure;
mod pending_sample;
mod sample_account;

pub use late_failure::LateFailure;
pub use pending_sample::PendingSample;
pub use sample_account::SampleAccount;

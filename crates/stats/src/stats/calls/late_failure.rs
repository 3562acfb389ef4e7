//! A sample that is reported as failed while its call is still under way on the I/O thread: `gevent.Timeout` around a
//! call of `FastHttpUser`. Whether it failed before or after it was sent is known only when the call ends, which may
//! be before or after the report.
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::stats::Recorder;
use rlocust_core::model::{CallEnd, Outcome};

const BOOKED: u8 = 1;
const NEVER_SENT: u8 = 2;

/// Shared by the sample and the call it gave up.
#[derive(Debug, Clone, Default)]
pub struct LateFailure(Arc<AtomicU8>);

impl LateFailure {
    /// The class to book the failure in, as far as is known by now.
    pub(super) fn outcome(&self) -> Outcome {
        match self.0.swap(BOOKED, Ordering::AcqRel) {
            NEVER_SENT => Outcome::FailedBeforeSend,
            _ => Outcome::Failed,
        }
    }

    /// The call has ended.
    pub fn settle(&self, recorder: &Recorder, end: &CallEnd) {
        if !end.was_sent() && self.0.swap(NEVER_SENT, Ordering::AcqRel) == BOOKED {
            recorder.reclassify(Outcome::Failed, Outcome::FailedBeforeSend);
        }
    }
}

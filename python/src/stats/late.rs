//! A failed sample whose call is still under way on the I/O thread: `gevent.Timeout` around a call of `FastHttpUser`.
//! Whether it failed before or after it was sent is known only when the engine reports, which may be before or
//! after the sample is booked.
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rlocust_engine::http::Reply;
use rlocust_engine::model::Outcome as Class;
use rlocust_engine::stats::Recorder;

const BOOKED_AS_FAILED: u8 = 1;
const NEVER_SENT: u8 = 2;

/// Shared by the sample and the call it gave up.
#[derive(Clone, Default)]
pub struct LateVerdict(Arc<AtomicU8>);

impl LateVerdict {
    /// The class to book a failure under, as far as is known by now.
    pub fn class_of_failure(&self) -> Class {
        match self.0.swap(BOOKED_AS_FAILED, Ordering::AcqRel) {
            NEVER_SENT => Class::FailedBeforeSend,
            _ => Class::Failed,
        }
    }

    /// The engine has reported on the call.
    pub fn settle(&self, recorder: &Recorder, reply: &Reply) {
        let attempts = &reply.attempts;
        let on_the_wire = attempts.answered + attempts.failed_after_send + attempts.cut_after_send;
        if on_the_wire == 0 && self.0.swap(NEVER_SENT, Ordering::AcqRel) == BOOKED_AS_FAILED {
            recorder.reclassify(Class::Failed, Class::FailedBeforeSend);
        }
    }
}

//! The attempts of an exchange, booked with the recorder's accounting.
use rlocust_engine::http::Outcome;
use rlocust_engine::model::Outcome as Class;
use rlocust_engine::stats::Recorder;

/// Books what went over the wire: every redirect hop and every resend is an attempt.
pub fn book_attempts(recorder: &Recorder, outcome: &Outcome) {
    let attempts = &outcome.attempts;
    for (class, count) in [
        (Class::Answered, attempts.answered),
        (Class::FailedAfterSend, attempts.failed_after_send),
        (Class::CutAfterSend, attempts.cut_after_send),
    ] {
        if count > 0 {
            recorder.count_many(class, count.into());
        }
    }
}

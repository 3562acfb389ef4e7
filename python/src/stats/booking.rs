//! The attempts of an exchange, and a call that was given up, booked with the recorder's accounting.
use rlocust_engine::http::{CutPhase, HttpError, Reply};
use rlocust_engine::model::Outcome as Class;
use rlocust_engine::stats::Recorder;

/// Books what went over the wire: every redirect hop and every resend is an attempt.
pub fn book_attempts(recorder: &Recorder, reply: &Reply) {
    let attempts = &reply.attempts;
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

/// Books the sample of a call whose waiter was thrown out of its wait, by how far the call had come. One that
/// had ended by itself in that moment counts as cut while the answer came in: nobody has seen its end.
pub fn book_cut(recorder: &Recorder, reply: &Reply) {
    let class = match reply.error {
        Some(HttpError::Cut { phase }) => class_of(phase),
        _ => Class::CutAnswering,
    };
    recorder.count(class);
}

fn class_of(phase: CutPhase) -> Class {
    match phase {
        CutPhase::BeforeSend => Class::CutNotSent,
        CutPhase::Sent => Class::CutSent,
        CutPhase::Answering => Class::CutAnswering,
    }
}

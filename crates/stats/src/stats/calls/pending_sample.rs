//! A call whose waiter is gone before it ended: its attempts are still to be booked, and its sample where nobody
//! else does.
use super::late_failure::LateFailure;
use crate::stats::Recorder;
use rlocust_core::model::{CallEnd, Outcome};

/// Who books the sample.
#[derive(Debug, Clone)]
pub enum PendingSample {
    /// The caller, who knows its class.
    ByCaller,
    /// Nobody but the end of the call: it is cut.
    Cut,
    /// The caller, as failed, without knowing whether it was sent.
    Failed(LateFailure),
}

impl PendingSample {
    /// The call has ended.
    pub fn settle(&self, recorder: &Recorder, end: &CallEnd) {
        recorder.book_attempts(&end.attempts);
        match self {
            Self::ByCaller => {}
            Self::Cut => recorder.book_given_up(Some(end)),
            Self::Failed(failure) => failure.settle(recorder, end),
        }
    }

    /// The call has not ended, and nobody will say how far it was.
    pub fn settle_unseen(&self, recorder: &Recorder) {
        recorder.count(Outcome::AttemptsUnknown);
        if matches!(self, Self::Cut) {
            recorder.count(Outcome::CutUnknown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ResponseTimesCache;
    use rlocust_core::model::{Accounting, Attempts, CutPhase, Ended};

    const NEVER_SENT: CallEnd = CallEnd {
        attempts: Attempts {
            answered: 0,
            failed_after_send: 0,
            cut_after_send: 0,
            failed_before_send: 1,
            resent: 0,
        },
        how: Ended::Cut(CutPhase::BeforeSend),
    };

    fn booked(owed: &PendingSample, end: &CallEnd) -> Accounting {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        owed.settle(&recorder, end);
        recorder.accounting()
    }

    #[test]
    fn attempts_are_booked_always_and_the_sample_where_nobody_else_does() {
        let end = CallEnd {
            attempts: Attempts {
                answered: 1,
                cut_after_send: 1,
                ..Attempts::default()
            },
            how: Ended::Cut(CutPhase::Sent),
        };
        let attempts = Accounting {
            answered: 1,
            cut_after_send: 1,
            ..Accounting::default()
        };
        let late = PendingSample::Failed(LateFailure::default());
        assert_eq!(booked(&PendingSample::ByCaller, &end), attempts);
        assert_eq!(booked(&late, &end), attempts);
        let cut = Accounting {
            cut_sent: 1,
            ..attempts
        };
        assert_eq!(booked(&PendingSample::Cut, &end), cut);
        assert_eq!(booked(&PendingSample::Cut, &NEVER_SENT).cut_not_sent, 1);
    }

    #[test]
    fn of_a_call_that_nobody_reports_on_it_is_unknown_how_far_it_was() {
        for (owed, cut_unknown) in [(PendingSample::Cut, 1), (PendingSample::ByCaller, 0)] {
            let recorder = Recorder::new(ResponseTimesCache::Off);
            owed.settle_unseen(&recorder);
            let expected = Accounting {
                cut_unknown,
                attempts_unknown: 1,
                ..Accounting::default()
            };
            assert_eq!(recorder.accounting(), expected);
        }
    }
}

//! The end of a call, booked in one go.
use crate::model::{Attempts, CallEnd, Outcome};
use crate::stats::Recorder;

impl Recorder {
    /// Books what went over the wire.
    pub fn book_attempts(&self, attempts: &Attempts) {
        for (outcome, count) in attempts.outcomes() {
            if count > 0 {
                self.count_many(outcome, count.into());
            }
        }
    }

    /// Books the sample of a call that an exception ended, which nobody will report. A call without an end was never
    /// handed over.
    pub fn book_given_up(&self, end: Option<&CallEnd>) {
        self.count(end.map_or(Outcome::CutNotSent, CallEnd::outcome_of_given_up));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Accounting, CutPhase, Ended};
    use crate::stats::ResponseTimesCache;

    #[test]
    fn attempts_and_samples_are_booked_in_their_classes() {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        let attempts = Attempts {
            answered: 2,
            cut_after_send: 1,
            failed_before_send: 7,
            resent: 7,
            ..Attempts::default()
        };
        recorder.book_attempts(&attempts);
        recorder.book_given_up(None);
        let how = Ended::Cut(CutPhase::Sent);
        recorder.book_given_up(Some(&CallEnd { attempts, how }));
        let expected = Accounting {
            answered: 2,
            cut_after_send: 1,
            cut_not_sent: 1,
            cut_sent: 1,
            ..Accounting::default()
        };
        assert_eq!(recorder.accounting(), expected);
    }
}

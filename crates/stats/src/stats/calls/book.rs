//! The end of a call, booked in one go: of one that the engine carried, and of one that went past it.
use crate::stats::Recorder;
use rlocust_core::model::{Attempts, CallEnd, Outcome, Reported};

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

    /// Books a call that a Python client carried, beside its sample; without attempts where nobody saw them all.
    pub fn book_python_call(&self, seen: Option<&Attempts>) {
        self.count(Outcome::PythonTimed);
        match seen {
            Some(attempts) => self.book_attempts(attempts),
            None => self.count(Outcome::AttemptsUnknown),
        }
    }

    /// A Python client carries a call from now on, until `python_call_ended`.
    pub fn python_call_began(&self) {
        self.counters().carry();
    }

    pub fn python_call_ended(&self) {
        self.counters().put_down();
    }

    /// Books the calls that Python clients carry now, and will not give back, as cut.
    pub fn settle_python_calls(&self) {
        for _ in 0..self.counters().take_carried() {
            self.book_python_cut();
        }
    }

    /// Books the sample of a call that an exception ended while a Python client carried it.
    pub fn book_python_cut(&self) {
        self.count(Outcome::CutUnknown);
        self.book_python_call(None);
    }

    /// Books a sample that no call of a client of ours is behind: the script has fired the event itself.
    pub fn book_fired(&self, reported: Reported) {
        self.count(match reported {
            Reported::Success => Outcome::Ok,
            Reported::Failure => Outcome::Failed,
        });
        self.count(Outcome::FiredBySuite);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ResponseTimesCache;
    use rlocust_core::model::{Accounting, CutPhase, Ended};

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

    #[test]
    fn what_went_past_the_engine_is_counted_with_what_is_not_known_of_it() {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        let attempts = Attempts {
            answered: 2,
            ..Attempts::default()
        };
        recorder.book_python_call(Some(&attempts));
        recorder.book_python_call(None);
        recorder.book_python_cut();
        recorder.book_fired(Reported::Success);
        recorder.book_fired(Reported::Failure);
        let expected = Accounting {
            ok: 1,
            failed: 1,
            cut_unknown: 1,
            python_timed: 3,
            attempts_unknown: 2,
            fired_by_suite: 2,
            answered: 2,
            ..Accounting::default()
        };
        let counted = recorder.accounting();
        assert_eq!(counted, expected);
        assert_eq!((counted.cut(), counted.samples()), (1, 3));
        assert_eq!(counted.samples_of_unknown_attempts(), 4);
        assert!(!counted.sees_every_end());
    }

    #[test]
    fn a_call_that_its_python_client_does_not_give_back_is_cut_once() {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        for _ in 0..3 {
            recorder.python_call_began();
        }
        recorder.python_call_ended();
        recorder.settle_python_calls();
        recorder.settle_python_calls();
        recorder.python_call_ended(); // too late
        recorder.python_call_began();
        recorder.python_call_ended();
        recorder.settle_python_calls();
        let expected = Accounting {
            cut_unknown: 2,
            python_timed: 2,
            attempts_unknown: 2,
            ..Accounting::default()
        };
        assert_eq!(recorder.accounting(), expected);
    }
}

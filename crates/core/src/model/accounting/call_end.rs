//! How a call ended, and what its sample counts as: the rules of the accounting, each once. What the script says
//! of the answer decides between success and failure; what was on the wire decides the rest.
use super::attempts::{Attempts, CutPhase};
use super::classes::Outcome;

/// The end of a call, as far as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallEnd {
    pub attempts: Attempts,
    pub how: Ended,
}

/// What ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// An answer, of whatever status.
    Answered,
    /// A fault: refused, reset, a time limit, a broken body, too many redirects.
    Failed,
    /// We did, when it was this far: its user was stopped, killed or timed out by the script.
    Cut(CutPhase),
}

/// As what a script, or whoever speaks for it, reports a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    Success,
    Failure,
}

impl CallEnd {
    /// The sample was reported. A script may call a fault a success, and an answer a failure; only a fault
    /// can have kept everything from being sent.
    pub fn outcome_of_reported(&self, reported: Reported) -> Outcome {
        match reported {
            Reported::Success => Outcome::Ok,
            Reported::Failure if self.how != Ended::Answered && !self.was_sent() => {
                Outcome::FailedBeforeSend
            }
            Reported::Failure => Outcome::Failed,
        }
    }

    /// Nobody reports the sample: an exception was thrown into the wait for it. One that had ended by itself in that
    /// moment counts as cut where it ended: nobody has seen its end.
    pub fn outcome_of_given_up(&self) -> Outcome {
        match self.reached() {
            CutPhase::BeforeSend => Outcome::CutNotSent,
            CutPhase::Sent => Outcome::CutSent,
            CutPhase::Answering => Outcome::CutAnswering,
        }
    }

    /// How far the last request was. Every resend follows a request that had failed after it was sent.
    fn reached(&self) -> CutPhase {
        match self.how {
            Ended::Cut(phase) => phase,
            Ended::Failed if self.attempts.failed_before_send > 0 => CutPhase::BeforeSend,
            Ended::Failed if self.attempts.failed_after_send > self.attempts.resent => {
                CutPhase::Sent
            }
            Ended::Failed | Ended::Answered => CutPhase::Answering,
        }
    }

    /// Anything of any of its requests was written.
    pub fn was_sent(&self) -> bool {
        self.attempts.is_any_on_the_wire()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Attempts = Attempts {
        answered: 0,
        failed_after_send: 0,
        cut_after_send: 0,
        failed_before_send: 1,
        resent: 0,
    };

    fn one_each() -> [Attempts; 3] {
        [
            Attempts {
                answered: 1,
                ..NOTHING
            },
            Attempts {
                failed_after_send: 1,
                ..NOTHING
            },
            Attempts {
                cut_after_send: 1,
                ..NOTHING
            },
        ]
    }

    fn all_ends() -> [Ended; 5] {
        let cuts = [CutPhase::BeforeSend, CutPhase::Sent, CutPhase::Answering].map(Ended::Cut);
        [Ended::Answered, Ended::Failed, cuts[0], cuts[1], cuts[2]]
    }

    #[test]
    fn attempts_count_when_they_were_on_the_wire_and_only_then() {
        let attempts = Attempts {
            answered: 1,
            failed_after_send: 2,
            cut_after_send: 3,
            failed_before_send: 4,
            resent: 5,
        };
        let counted = [
            (Outcome::Answered, 1),
            (Outcome::FailedAfterSend, 2),
            (Outcome::CutAfterSend, 3),
        ];
        assert_eq!(attempts.outcomes(), counted);
        let resent = Attempts {
            resent: 1,
            ..NOTHING
        };
        assert!(![NOTHING, resent].iter().any(Attempts::is_any_on_the_wire));
        assert!(one_each().iter().all(Attempts::is_any_on_the_wire));
    }

    #[test]
    fn a_reported_success_is_one_whatever_the_wire_says() {
        for how in all_ends() {
            for attempts in one_each().into_iter().chain([NOTHING]) {
                let end = CallEnd { attempts, how };
                assert_eq!(end.outcome_of_reported(Reported::Success), Outcome::Ok);
            }
        }
    }

    #[test]
    fn a_reported_failure_failed_before_it_was_sent_where_a_fault_left_nothing_on_the_wire() {
        for how in all_ends() {
            for attempts in one_each() {
                let end = CallEnd { attempts, how };
                let outcome = end.outcome_of_reported(Reported::Failure);
                assert_eq!(outcome, Outcome::Failed, "{end:?}");
            }
            let end = CallEnd {
                attempts: NOTHING,
                how,
            };
            let expected = match how {
                Ended::Answered => Outcome::Failed,
                Ended::Failed | Ended::Cut(_) => Outcome::FailedBeforeSend,
            };
            assert_eq!(end.outcome_of_reported(Reported::Failure), expected);
        }
    }

    #[test]
    fn a_sample_that_was_given_up_is_cut_where_its_call_was() {
        for (how, expected) in [
            (Ended::Cut(CutPhase::BeforeSend), Outcome::CutNotSent),
            (Ended::Cut(CutPhase::Sent), Outcome::CutSent),
            (Ended::Cut(CutPhase::Answering), Outcome::CutAnswering),
            (Ended::Answered, Outcome::CutAnswering),
        ] {
            for attempts in one_each().into_iter().chain([NOTHING]) {
                let end = CallEnd { attempts, how };
                assert_eq!(end.outcome_of_given_up(), expected, "{end:?}");
            }
        }
    }

    /// Nobody listens at the host: no answer can have begun.
    #[test]
    fn a_fault_that_nobody_has_seen_is_cut_where_its_last_request_failed() {
        let failed = |answered, failed_after_send, failed_before_send, resent| CallEnd {
            attempts: Attempts {
                answered,
                failed_after_send,
                failed_before_send,
                resent,
                ..Attempts::default()
            },
            how: Ended::Failed,
        };
        for (end, expected) in [
            (failed(0, 0, 1, 0), Outcome::CutNotSent),
            (failed(1, 0, 1, 0), Outcome::CutNotSent),
            (failed(0, 1, 1, 0), Outcome::CutNotSent),
            (failed(0, 1, 0, 0), Outcome::CutSent),
            (failed(1, 1, 0, 0), Outcome::CutSent),
            (failed(0, 2, 0, 1), Outcome::CutSent),
            (failed(1, 1, 0, 1), Outcome::CutAnswering),
            (failed(1, 0, 0, 0), Outcome::CutAnswering),
        ] {
            assert_eq!(end.outcome_of_given_up(), expected, "{end:?}");
        }
    }
}

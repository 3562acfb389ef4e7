//! The account of one sample, from the end of its call until somebody reports it: open, then counted once. What is
//! given up unreported says so.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::late_failure::LateFailure;
use crate::stats::Recorder;
use crate::stats::accounting::Open;
use rlocust_core::model::{CallEnd, Outcome, Phases, Reported};

/// A sample without a recorder is nobody's; that it was reported is remembered all the same.
#[derive(Debug)]
pub struct SampleAccount {
    open: Option<(Arc<Recorder>, Open)>,
    is_reported: AtomicBool,
    late: Option<LateFailure>,
}

impl SampleAccount {
    pub fn open(recorder: Option<&Arc<Recorder>>) -> Self {
        let open = recorder.map(|recorder| (Arc::clone(recorder), recorder.open()));
        Self {
            open,
            is_reported: AtomicBool::new(false),
            late: None,
        }
    }

    /// The same for a call that was given up before it ended.
    pub fn open_late(recorder: Option<&Arc<Recorder>>, late: LateFailure) -> Self {
        let mut account = Self::open(recorder);
        account.late = Some(late);
        account
    }

    pub fn is_reported(&self) -> bool {
        self.is_reported.load(Ordering::Relaxed)
    }

    /// Counts the sample; a second report changes nothing. Answers whether this is the first.
    pub fn report(&self, reported: Reported, end: &CallEnd) -> bool {
        self.close(|| match (end.outcome_of_reported(reported), &self.late) {
            (Outcome::Failed, Some(late)) => late.outcome(),
            (outcome, _) => outcome,
        })
    }

    /// Adds what the call spent its time on to the row of its sample, which has just been logged; once.
    pub fn log_phases(&self, method: &str, name: &str, phases: &Phases) {
        if !self.is_reported()
            && let Some((recorder, _)) = &self.open
        {
            recorder.log_phases(method, name, phases);
        }
    }

    fn close(&self, outcome: impl FnOnce() -> Outcome) -> bool {
        let is_first = !self.is_reported.swap(true, Ordering::Relaxed);
        if is_first && let Some((recorder, open)) = &self.open {
            recorder.close(open, outcome());
        }
        is_first
    }
}

impl Drop for SampleAccount {
    fn drop(&mut self) {
        self.close(|| Outcome::Unreported);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ResponseTimesCache;
    use rlocust_core::model::{Accounting, Attempts, CutPhase, Ended};

    fn recorder() -> Arc<Recorder> {
        Recorder::new(ResponseTimesCache::Off)
    }

    fn end(answered: u32, how: Ended) -> CallEnd {
        let attempts = Attempts {
            answered,
            ..Attempts::default()
        };
        CallEnd { attempts, how }
    }

    /// What the client makes of a call that a `gevent.Timeout` ended, while the real end is still to come.
    fn timed_out() -> CallEnd {
        let attempts = Attempts {
            failed_after_send: 1,
            ..Attempts::default()
        };
        let how = Ended::Failed;
        CallEnd { attempts, how }
    }

    #[test]
    fn a_sample_is_open_until_it_is_reported_and_counts_once() {
        let recorder = recorder();
        let answered = end(1, Ended::Answered);
        let sample = SampleAccount::open(Some(&recorder));
        assert_eq!(recorder.accounting().open, 1);
        sample.report(Reported::Success, &answered);
        sample.report(Reported::Failure, &answered);
        drop(sample);
        let expected = Accounting {
            ok: 1,
            ..Accounting::default()
        };
        assert_eq!(recorder.accounting(), expected);
    }

    #[test]
    fn a_sample_that_is_dropped_is_unreported() {
        let recorder = recorder();
        drop(SampleAccount::open(Some(&recorder)));
        let expected = Accounting {
            unreported: 1,
            ..Accounting::default()
        };
        assert_eq!(recorder.accounting(), expected);
    }

    #[test]
    fn without_a_recorder_it_is_still_known_what_was_reported() {
        let sample = SampleAccount::open(None);
        assert!(!sample.is_reported());
        sample.report(Reported::Success, &end(1, Ended::Answered));
        assert!(sample.is_reported());
    }

    #[test]
    fn a_failure_before_the_end_of_its_call_counts_by_that_end_whichever_comes_first() {
        let unsent = end(0, Ended::Cut(CutPhase::BeforeSend));
        let sent = end(1, Ended::Cut(CutPhase::Answering));
        for (end, failed, failed_before_send) in [(unsent, 0, 1), (sent, 1, 0)] {
            for is_end_first in [true, false] {
                let (recorder, late) = (recorder(), LateFailure::default());
                let sample = SampleAccount::open_late(Some(&recorder), late.clone());
                if is_end_first {
                    late.settle(&recorder, &end);
                }
                sample.report(Reported::Failure, &timed_out());
                if !is_end_first {
                    late.settle(&recorder, &end);
                }
                let expected = Accounting {
                    failed,
                    failed_before_send,
                    ..Accounting::default()
                };
                assert_eq!(recorder.accounting(), expected, "{end:?}, {is_end_first}");
            }
        }
    }

    #[test]
    fn a_late_end_changes_nothing_of_a_sample_that_was_no_failure() {
        let (recorder, late) = (recorder(), LateFailure::default());
        let sample = SampleAccount::open_late(Some(&recorder), late.clone());
        sample.report(Reported::Success, &timed_out());
        sample.report(Reported::Failure, &timed_out());
        late.settle(&recorder, &end(0, Ended::Cut(CutPhase::BeforeSend)));
        let expected = Accounting {
            ok: 1,
            ..Accounting::default()
        };
        assert_eq!(recorder.accounting(), expected);
    }
}

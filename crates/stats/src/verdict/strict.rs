//! `--strict`: a run that shows nothing about its target has not passed.
use rlocust_core::model::{Judgement, Snapshot};

/// As a limit of its own.
///
/// Crossed by a run without requests, and by one whose requests all failed without an answer. What workers of Locust's
/// and clients of the locustfile were answered is not known: there it is crossed where all requests failed.
pub fn judge(snapshot: &Snapshot) -> Judgement {
    let total = &snapshot.total;
    let (requests, failures) = (total.num_requests, total.num_failures);
    let answered = snapshot.accounting.answered;
    let (is_crossed, description) = match requests {
        0 => (true, "nothing was tested: no request was made".to_owned()),
        _ if failures >= requests && answered == 0 => (
            true,
            format!("nothing was tested: none of {requests} requests was answered"),
        ),
        _ => (false, format!("{requests} requests were made")),
    };
    Judgement {
        limit: "--strict".to_owned(),
        requirement: "something was tested".to_owned(),
        is_crossed,
        value: Some(requests as f64),
        description,
        aborted_after: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Recorder, ResponseTimesCache};
    use rlocust_core::model::Outcome;

    #[test]
    fn a_run_without_an_answer_has_tested_nothing() {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let judged = || {
            let judgement = judge(&recorder.snapshot());
            (judgement.is_crossed, judgement.description)
        };
        let nothing = "nothing was tested: no request was made";
        assert_eq!(judged(), (true, nothing.to_owned()));
        recorder.log_request("GET", "/a", Some(1.0), 0, None);
        recorder.log_error("GET", "/a", "ConnectionRefusedError");
        let refused = "nothing was tested: none of 1 requests was answered";
        assert_eq!(judged(), (true, refused.to_owned()));
        recorder.count(Outcome::Answered);
        assert_eq!(judged(), (false, "1 requests were made".to_owned()));
    }

    #[test]
    fn a_request_of_the_locustfiles_own_client_that_succeeded_is_a_test() {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        recorder.log_request("CALL", "own", Some(1.0), 0, None);
        assert!(!judge(&recorder.snapshot()).is_crossed);
    }
}

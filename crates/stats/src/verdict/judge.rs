//! One limit, one snapshot, one judgement, with the sentence that describes it.
use super::figures::Figures;
use super::limit::Limit;
use super::metric::{Metric, shown};
use rlocust_core::model::{Accounting, Judgement, Snapshot};

/// Whether the figures of this instant cross the limit; `lost` reports of workers never came. Where there is nothing to judge, it is crossed.
pub fn judge(limit: &Limit, snapshot: &Snapshot, lost: u64) -> Judgement {
    let figures = Figures::of(limit, snapshot, lost);
    let crosses = |value: f64| limit.comparison.holds(value, limit.value);
    let seen = figures.value(limit.metric);
    // What was seen may cross the limit; that it holds cannot be known.
    let unseen = (figures.unseen(limit.metric)).filter(|_| !seen.is_some_and(crosses));
    let value = seen.filter(|_| unseen.is_none());
    let description = match (value, unseen) {
        (Some(value), _) if figures.may_lack_some => {
            describe(limit, value) + ", without the names over --max-names"
        }
        (Some(value), _) => describe(limit, value),
        (None, Some(accounting)) => why_unknown(limit, accounting),
        (None, None) => why_nothing(limit, &figures),
    };
    Judgement {
        limit: limit.text.clone(),
        requirement: limit.requirement.clone(),
        is_crossed: value.is_none_or(crosses),
        value,
        description,
        aborted_after: None,
    }
}

fn describe(limit: &Limit, value: f64) -> String {
    let figure = shown(value, limit.metric.dimension());
    format!(
        "{} of {} is {figure}",
        limit.metric.word(),
        limit.of.shown()
    )
}

fn why_unknown(limit: &Limit, accounting: &Accounting) -> String {
    let sources = [
        ("the locustfile fires itself", accounting.fired_by_suite),
        ("workers of Locust's report", accounting.by_locust_workers),
    ];
    let sources = sources.iter().filter(|(_, samples)| *samples > 0);
    let sources: Vec<_> = sources
        .map(|(who, samples)| format!("that {who} ({samples})"))
        .collect();
    if limit.metric == Metric::Lost {
        let samples = accounting.by_locust_workers;
        return format!(
            "lost of the run is unknown: workers of Locust's, which reported {samples} samples, do not number their reports"
        );
    }
    format!(
        "{} of {} is unknown: of samples {}, those cut or unreported are not seen",
        limit.metric.word(),
        limit.of.shown(),
        sources.join(" and ")
    )
}

fn why_nothing(limit: &Limit, figures: &Figures) -> String {
    let of = limit.of.shown();
    let nothing = "so there is nothing to judge";
    if figures.count() > 0 {
        let what = match limit.metric {
            Metric::Stream(figure, _) => figure.name(),
            _ => "response time",
        };
        return format!("no {what} of {of} was recorded, {nothing}");
    }
    if figures.may_lack_some {
        return format!(
            "{of} has no row of its own: it may be among the names over --max-names, {nothing}"
        );
    }
    let (what, happened) = if limit.metric.is_of_streams() {
        ("stream", "began")
    } else {
        ("request", "was made")
    };
    if limit.of.is_everything() {
        return format!("no {what} {happened}, {nothing}");
    }
    format!("no {what} of {of} {happened}, {nothing}")
}

#[cfg(test)]
pub mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::super::parse::parse_limits;
    use super::*;
    use crate::stats::{Recorder, ResponseTimesCache};
    use rlocust_core::clock::pause_at;
    use rlocust_core::model::{Reported, StreamFigure};

    /// Ten seconds: `/a` by GET took 1 to 100 ms, `/a` by POST 1000 ms ten times, of which five failed.
    pub fn snapshot() -> Snapshot {
        let clock = pause_at(1000.0);
        let recorder: Arc<Recorder> = Recorder::new(ResponseTimesCache::Kept);
        for time in 1..=100 {
            recorder.log_request("GET", "/a", Some(f64::from(time)), 0, None);
            clock.advance(0.1);
        }
        for turn in 0..10 {
            recorder.log_request("POST", "/a", Some(1000.0), 0, None);
            if turn % 2 == 0 {
                recorder.log_error("POST", "/a", "bad");
            }
        }
        recorder.log_request("GET", "/untimed", None, 0, None);
        recorder.snapshot()
    }

    fn judged(text: &str) -> (bool, String) {
        let limit = parse_limits(text).expect(text).remove(0);
        let judgement = judge(&limit, &snapshot(), 0);
        (judgement.is_crossed, judgement.description)
    }

    fn judged_on(recorder: &Recorder, text: &str) -> (bool, String) {
        let limit = parse_limits(text).expect(text).remove(0);
        let judgement = judge(&limit, &recorder.snapshot(), 0);
        (judgement.is_crossed, judgement.description)
    }

    #[test]
    fn limits_are_judged_on_the_entry_they_name() {
        for (text, is_crossed, description) in [
            (
                "p95{name=/a,method=GET} > 94ms",
                true,
                "p95 of GET /a is 95.039 ms",
            ),
            (
                "p95{name=/a,method=GET} > 96ms",
                false,
                "p95 of GET /a is 95.039 ms",
            ),
            ("max{method=GET} > 100ms", false, "max of all GET is 100 ms"),
            ("min > 1ms", false, "min of the run is 1 ms"),
            ("p100{name=/a} >= 1s", true, "p100 of /a is 1000 ms"),
            (
                "avg{method=POST} != 1s",
                false,
                "avg of all POST is 1000 ms",
            ),
            ("failures == 5", true, "failures of the run is 5"),
            (
                "fail_ratio{method=POST} > 50%",
                false,
                "fail_ratio of all POST is 50%",
            ),
            ("rps{name=/a} < 50", true, "rps of /a is 11/s"),
            (
                "fail_per_sec > 0.4",
                true,
                "fail_per_sec of the run is 0.5/s",
            ),
            ("requests{name=/a} < 110", false, "requests of /a is 110"),
            ("cut > 0", false, "cut of the run is 0"),
        ] {
            assert_eq!(judged(text), (is_crossed, description.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_holds_is_the_limit_the_other_way_round() {
        for (text, requirement) in [
            ("p95 > 500ms", "p95 ≤ 500ms"),
            ("p(95)>=1s abort after 30s", "p(95) < 1s"),
            ("rps{ name='a > b' } < 50 /s", "rps{ name='a > b' } ≥ 50 /s"),
            ("avg{method=GET}<=3", "avg{method=GET} > 3"),
            ("failures == 5", "failures ≠ 5"),
            ("requests != 110", "requests = 110"),
        ] {
            let limit = parse_limits(text).expect(text).remove(0);
            let judgement = judge(&limit, &snapshot(), 0);
            assert_eq!(judgement.requirement, requirement, "{text}");
        }
        let bound = super::super::parse_max_lag(" wake.p99 = 50ms ").expect("a bound");
        let judgement = bound[0].judge(&snapshot());
        assert_eq!(judgement.requirement, "wake.p99 ≤ 50ms");
        assert_eq!(
            judgement.with_limit(),
            "p99 of the wake lag is 0 ms (wake.p99 ≤ 50ms)"
        );
    }

    #[test]
    fn what_may_be_folded_into_the_row_of_all_others_is_not_called_unasked() {
        let recorder: Arc<Recorder> = Recorder::new(ResponseTimesCache::Off);
        recorder.set_most_names(2);
        for name in ["/a", "/b", "/c"] {
            recorder.log_request("GET", name, Some(1.0), 0, None);
        }
        let judged = |text: &str| judged_on(&recorder, text);
        let unknown = "/c has no row of its own: it may be among the names over --max-names, so there is nothing to judge";
        for text in ["p95{name=/c} > 1s", "requests{name=/c} < 1"] {
            assert_eq!(judged(text), (true, unknown.to_owned()), "{text}");
        }
        for (text, line) in [
            (
                "requests{name=/a,method=GET} < 1",
                "requests of GET /a is 1",
            ),
            ("requests < 1", "requests of the run is 3"),
            (
                "requests{method=GET} < 1",
                "requests of all GET is 2, without the names over --max-names",
            ),
        ] {
            assert_eq!(judged(text), (false, line.to_owned()), "{text}");
        }
    }

    #[test]
    fn rates_count_the_time_in_which_nothing_was_answered() {
        let clock = pause_at(1000.0);
        let recorder: Arc<Recorder> = Recorder::new(ResponseTimesCache::Kept);
        for _ in 0..100 {
            clock.advance(0.02);
            recorder.log_request("GET", "/", Some(1.0), 0, None);
            recorder.log_error("GET", "/", "bad");
        }
        clock.advance(8.0);
        let description = |text: &str, snapshot: &Snapshot| {
            let limit = parse_limits(text).expect(text).remove(0);
            judge(&limit, snapshot, 0).description
        };
        let silent = recorder.snapshot();
        assert_eq!(description("rps < 40", &silent), "rps of the run is 10/s");
        let failures = description("fail_per_sec{name=/} > 1", &silent);
        assert_eq!(failures, "fail_per_sec of / is 10/s");
        clock.advance(5.0);
        let later = recorder.snapshot().of_test_that_ended(Some(1010.0));
        assert_eq!(description("rps < 40", &later), "rps of the run is 10/s");
        let early = recorder.snapshot().of_test_that_ended(Some(1001.0));
        assert_eq!(description("rps < 40", &early), "rps of the run is 50/s");
    }

    #[test]
    fn what_nobody_sees_of_samples_that_the_suite_fired_never_holds() {
        let recorder: Arc<Recorder> = Recorder::new(ResponseTimesCache::Off);
        recorder.book_fired(Reported::Success);
        recorder.book_python_cut();
        let judged = |text: &str| {
            let limit = parse_limits(text).expect(text).remove(0);
            let judgement = judge(&limit, &recorder.snapshot(), 0);
            (judgement.is_crossed, judgement.value, judgement.description)
        };
        let seen = (true, Some(1.0), "cut of the run is 1".to_owned());
        assert_eq!(judged("cut > 0"), seen);
        for metric in ["cut", "unreported"] {
            let line = format!(
                "{metric} of the run is unknown: of samples that the locustfile fires itself (1), those cut or \
                 unreported are not seen"
            );
            assert_eq!(judged(&format!("{metric} > 5")), (true, None, line));
        }
        assert!(!judged("requests > 0").0);
    }

    #[test]
    fn what_workers_lost_is_known_of_those_that_number_their_reports() {
        let judged = |snapshot: &Snapshot, lost: u64| {
            let limit = parse_limits("lost > 0").expect("a limit").remove(0);
            let judgement = judge(&limit, snapshot, lost);
            (judgement.is_crossed, judgement.description)
        };
        let seen = |lost: u64| (lost > 0, format!("lost of the run is {lost}"));
        assert_eq!(judged(&snapshot(), 0), seen(0));
        assert_eq!(judged(&snapshot(), 2), seen(2));
        let nothing = Snapshot::default();
        assert_eq!(judged(&nothing, 1), seen(1), "the only worker was lost");
        assert!(judged(&nothing, 0).0);
        let mut mixed = snapshot();
        mixed.accounting.by_locust_workers = 7;
        assert_eq!(judged(&mixed, 1), seen(1));
        let unknown = "lost of the run is unknown: workers of Locust's, which reported 7 samples, do not number their \
                       reports";
        assert_eq!(judged(&mixed, 0), (true, unknown.to_owned()));
        mixed.accounting.by_locust_workers = 0;
        mixed.accounting.fired_by_suite = 7;
        assert_eq!(judged(&mixed, 0), seen(0));
    }

    /// `chat`: a hundred streams, the first byte after 1 to 100 ms, the first event 100 ms later, and of one stream 41 tokens
    /// in two seconds; `feed`: one stream that has not brought an event.
    fn streams() -> Arc<Recorder> {
        let recorder: Arc<Recorder> = Recorder::new(ResponseTimesCache::Off);
        let ms = Duration::from_millis;
        let chat = recorder.stream_ledger("POST", "chat");
        for time in 1..=100 {
            chat.begin(ms(time));
            chat.event(Some((StreamFigure::FirstEvent, ms(100 + time))));
        }
        chat.tokens(41, ms(50), ms(2050));
        recorder.stream_ledger("GET", "feed").begin(ms(500));
        recorder
    }

    #[test]
    fn limits_on_streams_are_judged_on_the_streams_they_name() {
        let recorder = streams();
        for (text, is_crossed, description) in [
            (
                "first_byte.p95{name=chat} > 94ms",
                true,
                "first_byte.p95 of chat is 95.039 ms",
            ),
            (
                "first_byte.p(95){name=chat} > 96ms",
                false,
                "first_byte.p95 of chat is 95.039 ms",
            ),
            (
                "first_event.avg{method=POST} > 1s",
                false,
                "first_event.avg of all POST is 150.5 ms",
            ),
            (
                "first_byte.max > 499ms",
                true,
                "first_byte.max of the run is 500 ms",
            ),
            (
                "first_byte.min > 1ms",
                false,
                "first_byte.min of the run is 1 ms",
            ),
            (
                "token_time.median > 50ms",
                false,
                "token_time.p50 of the run is 50 ms",
            ),
            (
                "token_rate.min{name=chat} < 20/s",
                false,
                "token_rate.min of chat is 20/s",
            ),
            ("streams < 102", true, "streams of the run is 101"),
            ("events == 100", true, "events of the run is 100"),
            ("reconnections > 0", false, "reconnections of the run is 0"),
            ("tokens{name=chat} < 41", false, "tokens of chat is 41"),
        ] {
            assert_eq!(
                judged_on(&recorder, text),
                (is_crossed, description.to_owned())
            );
        }
    }

    #[test]
    fn what_no_stream_brought_crosses_unless_it_is_counted() {
        let recorder = streams();
        recorder.log_request("GET", "/plain", Some(1.0), 0, None);
        for (text, description) in [
            (
                "first_byte.p95{name=/plain} > 1s",
                "no stream of /plain began, so there is nothing to judge",
            ),
            (
                "events{name=chta} > 1",
                "no stream of chta began, so there is nothing to judge",
            ),
            (
                "gap.p95{name=feed} > 1s",
                "no gap of feed was recorded, so there is nothing to judge",
            ),
            (
                "p95{name=chat} > 1s",
                "no request of chat was made, so there is nothing to judge",
            ),
        ] {
            let crossed = (true, description.to_owned());
            assert_eq!(judged_on(&recorder, text), crossed, "{text}");
        }
        let known = (true, "streams of chta is 0".to_owned());
        assert_eq!(judged_on(&recorder, "streams{name=chta} < 1"), known);
        let none = Recorder::new(ResponseTimesCache::Off);
        let nothing = "no stream began, so there is nothing to judge";
        assert_eq!(judged_on(&none, "gap.max > 1s"), (true, nothing.to_owned()));
    }

    #[test]
    fn streams_that_may_be_folded_into_the_row_of_all_others_are_not_called_missing() {
        let recorder: Arc<Recorder> = Recorder::new(ResponseTimesCache::Off);
        recorder.set_most_names(1);
        for name in ["a", "b"] {
            let ledger = recorder.stream_ledger("GET", name);
            ledger.begin(Duration::from_millis(5));
        }
        let unknown = "b has no row of its own: it may be among the names over --max-names, so there is nothing to judge";
        for text in ["first_byte.p95{name=b} > 1s", "streams{name=b} < 1"] {
            let crossed = (true, unknown.to_owned());
            assert_eq!(judged_on(&recorder, text), crossed, "{text}");
        }
        let known = (false, "streams of GET a is 1".to_owned());
        assert_eq!(
            judged_on(&recorder, "streams{name=a,method=GET} < 1"),
            known
        );
        let all = (false, "streams of the run is 2".to_owned());
        assert_eq!(judged_on(&recorder, "streams < 2"), all);
    }

    #[test]
    fn what_never_happened_crosses_unless_it_is_counted() {
        for (text, description) in [
            (
                "p95{name=/b} > 1s",
                "no request of /b was made, so there is nothing to judge",
            ),
            (
                "failures{name=/b} > 1",
                "no request of /b was made, so there is nothing to judge",
            ),
            (
                "p95{name=\"\"} > 1s",
                "no request of \"\" was made, so there is nothing to judge",
            ),
            (
                "avg{name=/untimed} > 1s",
                "no response time of /untimed was recorded, so there is nothing to judge",
            ),
        ] {
            assert_eq!(judged(text), (true, description.to_owned()), "{text}");
        }
        assert_eq!(
            judged("requests{name=/b} > 0"),
            (false, "requests of /b is 0".to_owned())
        );
        let limit = parse_limits("rps > 1000").expect("a limit").remove(0);
        let judgement = judge(&limit, &Snapshot::default(), 0);
        assert_eq!(
            judgement.description,
            "no request was made, so there is nothing to judge"
        );
        assert!(judgement.is_crossed);
        for text in ["cut > 0", "unreported > 0"] {
            let limit = parse_limits(text).expect(text).remove(0);
            assert!(judge(&limit, &Snapshot::default(), 0).is_crossed, "{text}");
            let recorder: Arc<Recorder> = Recorder::new(ResponseTimesCache::Off);
            recorder.book_python_cut();
            let judgement = judge(&limit, &recorder.snapshot(), 0);
            assert_eq!(judgement.is_crossed, text == "cut > 0", "{text}");
        }
    }
}

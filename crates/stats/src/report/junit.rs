//! The run as a `JUnit` report, which every CI system shows: one suite, a case for each limit, each bound on the lag, each
//! entry, and one for the exit code. A report is red when the exit code is, so that both say the same to a job; and where a
//! limit was crossed, even if the suite chose 0. Valid against the schemas of Jenkins (junit-10.xsd) and of Ant's tasks.
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::facts::Facts;
use super::losses;
use rlocust_core::model::{EntryRow, Judgement, Snapshot};

/// The whole file.
///
/// # Errors
/// When the text cannot be put together, which is our bug.
pub fn junit(snapshot: &Snapshot, facts: &Facts) -> Result<String, String> {
    let mut suite = TestSuite::new(facts.title.as_str());
    suite.set_time(facts.length());
    for (name, value) in [
        ("hostname", facts.host_name.clone()),
        ("id", "0".to_owned()),
        ("package", "rlocust".to_owned()),
        ("timestamp", facts.started_at_text()),
    ] {
        suite.extra.insert(name.into(), value.into());
    }
    for (name, value) in &facts.settings {
        suite.add_property(Property::new(name.as_str(), value.as_str()));
    }
    suite.add_test_cases(cases(snapshot, facts));
    let mut report = Report::new("rlocust");
    report.add_test_suite(suite);
    let text = report.to_string().map_err(|error| error.to_string())?;
    Ok(without_attributes_of_the_root(&text))
}

/// Schemas disagree on which of them are allowed; the suite says the same.
fn without_attributes_of_the_root(text: &str) -> String {
    match (text.find("<testsuites "), text.find("<testsuite ")) {
        (Some(root), Some(suite)) => {
            let indent = text[root..suite]
                .rfind('\n')
                .map_or("", |at| &text[root + at..suite]);
            format!("{}<testsuites>{indent}{}", &text[..root], &text[suite..])
        }
        _ => text.to_owned(),
    }
}

fn cases(snapshot: &Snapshot, facts: &Facts) -> Vec<TestCase> {
    let limits = facts.verdict.limits.iter();
    let lags = facts.verdict.lags.iter();
    let mut cases: Vec<TestCase> = limits.map(|judgement| limit("limits", judgement)).collect();
    cases.extend(lags.map(|judgement| limit("lag", judgement)));
    cases.extend(snapshot.sorted().into_iter().map(|row| entry(row, facts)));
    cases.push(exit_code(facts));
    cases
}

fn limit(class: &str, judgement: &Judgement) -> TestCase {
    let status = if judgement.is_crossed {
        failed("LimitCrossed", &judgement.with_limit())
    } else {
        TestCaseStatus::success()
    };
    let mut case = case(class, &judgement.requirement, status);
    case.set_system_out(judgement.description.as_str());
    case
}

/// Its time is the mean response time, which CI systems draw over builds.
fn entry(row: &EntryRow, facts: &Facts) -> TestCase {
    let times = format!(
        "{} of {} requests failed",
        row.num_failures, row.num_requests
    );
    let status =
        if row.num_failures > 0 && facts.exit_code != Some(0) && facts.code_of_failures != 0 {
            failed("RequestsFailed", &times)
        } else {
            TestCaseStatus::success()
        };
    let name = format!("{} {}", row.method, row.name);
    let mut case = case("requests", name.trim_start(), status);
    let seconds = row.avg_response_time() / 1000.0;
    case.set_time(Duration::try_from_secs_f64(seconds).unwrap_or_default());
    let percentiles = [0.5, 0.95, 0.99, 1.0].map(|quantile| row.exact_percentile_ms(quantile));
    let [p50, p95, p99, max] = percentiles;
    let rounded = if row.is_rounded {
        "\nrounded: in part reported by Locust's workers"
    } else {
        ""
    };
    case.set_system_out(format!(
        "{times}\np50 {p50} ms, p95 {p95} ms, p99 {p99} ms, max {max} ms{rounded}"
    ));
    case
}

fn exit_code(facts: &Facts) -> TestCase {
    let status = match facts.exit_code {
        Some(0) => TestCaseStatus::success(),
        Some(code) => failed("ExitCode", &format!("the run ended with exit code {code}")),
        None => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status
                .set_type("CutOff")
                .set_message("the run was cut off before its end: it has no exit code");
            status
        }
    };
    let mut case = case("run", "exit code", status);
    if !facts.losses.is_empty() {
        case.set_system_out(losses::lines(&facts.losses).join("\n"));
    }
    case
}

fn case(class: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(one_line(name).as_str(), status);
    case.set_classname(format!("rlocust.{class}"));
    // Ant's schema wants one; CI systems hide a zero.
    case.set_time(Duration::ZERO);
    case
}

/// The writer of the file drops tabs, which would join the words beside them.
fn one_line(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}

fn failed(kind: &str, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_type(kind)
        .set_message(one_line(message).as_str());
    status
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::{facts, snapshot};
    use super::*;

    #[test]
    fn limits_and_entries_are_cases() {
        insta::assert_snapshot!(junit(&snapshot(), &facts()).expect("a report"));
    }

    #[test]
    fn what_was_lost_stands_with_the_exit_code() {
        let lossy = Facts {
            losses: losses::tests::losses(),
            ..facts()
        };
        let text = junit(&snapshot(), &lossy).expect("a report");
        let (_, case) = text.split_once("name=\"exit code\"").expect("a case");
        assert!(
            case.contains("<system-out>Lost with worker host_1"),
            "{case}"
        );
    }

    #[test]
    fn tolerated_failures_leave_their_entry_green() {
        let tolerant = Facts {
            code_of_failures: 0,
            ..facts()
        };
        let text = junit(&snapshot(), &tolerant).expect("a report");
        assert!(
            !text.contains("RequestsFailed") && text.contains("1 of 2 requests failed"),
            "{text}"
        );
    }

    #[test]
    fn a_run_without_an_end_is_an_error() {
        let cut_off = Facts {
            exit_code: None,
            ..facts()
        };
        let text = junit(&snapshot(), &cut_off).expect("a report");
        for part in ["errors=\"1\"", "type=\"CutOff\"", "type=\"LimitCrossed\""] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("ended with exit code"), "{text}");
    }

    #[test]
    fn a_crossed_limit_is_red_even_if_the_suite_chose_0() {
        let chosen = Facts {
            exit_code: Some(0),
            ..facts()
        };
        let text = junit(&snapshot(), &chosen).expect("a report");
        assert!(
            text.contains("failures=\"1\"") && text.contains("LimitCrossed"),
            "{text}"
        );
    }

    #[test]
    fn words_stay_apart() {
        let mut judged = facts();
        judged.verdict.limits[0].limit = "p95{name=\"a\tb\nc\"} > 1".to_owned();
        judged.verdict.limits[0].requirement = "p95{name=\"a\tb\nc\"} ≤ 1".to_owned();
        let text = junit(&snapshot(), &judged).expect("a report");
        assert_eq!(text.matches("a b c").count(), 2, "{text}");
    }

    #[test]
    fn control_characters_of_names_do_not_break_the_file() {
        let mut judged = facts();
        judged.verdict.limits[0].limit = "p95{name=\"\u{1b}[0m\u{0}<&\"} > 1".to_owned();
        judged.verdict.limits[0].requirement = "p95{name=\"\u{1b}[0m\u{0}<&\"} ≤ 1".to_owned();
        let text = junit(&snapshot(), &judged).expect("a report");
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{0}') && text.contains("&lt;&amp;"),
            "{text}"
        );
    }
}

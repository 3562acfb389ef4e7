//! The grammar of `--fail-if`: `METRIC[{name=…,method=…}] OP VALUE[unit] [abort after TIME]`, several of them with `;`
//! between. Spaces may stand anywhere between the parts. A name may stand in quotes and then hold any character.
use super::limit::{Comparison, Limit, Selector};
use super::metric::{Dimension, Metric};
use super::scanner::{Problem, Scanner};
use rlocust_core::config::parse_timespan;

/// Every limit of one option's value.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse_limits(text: &str) -> Result<Vec<Limit>, Problem> {
    let mut scanner = Scanner::new(text);
    let mut limits = Vec::new();
    loop {
        limits.push(limit(&mut scanner)?);
        scanner.skip_spaces();
        if !scanner.takes(";") {
            break;
        }
        scanner.skip_spaces();
        if scanner.is_at_end() {
            break;
        }
    }
    if scanner.is_at_end() {
        Ok(limits)
    } else {
        Err(scanner.problem("`abort after TIME`, `;` or the end"))
    }
}

fn limit(scanner: &mut Scanner) -> Result<Limit, Problem> {
    scanner.skip_spaces();
    let start = scanner.place();
    let metric = metric(scanner)?;
    let of = selector(scanner, metric)?;
    let figure = scanner.since(start).trim_end();
    let comparison = comparison(scanner)?;
    let place = scanner.place();
    let value = value(scanner, metric.dimension())?;
    let bound = scanner.since(place).trim();
    let requirement = format!("{figure} {} {bound}", comparison.sign_of_opposite());
    let abort_after = abort_after(scanner)?;
    let text = scanner.since(start).trim_end().to_owned();
    Ok(Limit {
        metric,
        of,
        comparison,
        value,
        abort_after,
        text,
        requirement,
    })
}

fn metric(scanner: &mut Scanner) -> Result<Metric, Problem> {
    let start = scanner.place();
    let word = scanner.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '(' | ')'));
    Metric::named(word).ok_or_else(|| scanner.problem_at(start, Metric::words()))
}

fn selector(scanner: &mut Scanner, metric: Metric) -> Result<Selector, Problem> {
    scanner.skip_spaces();
    let start = scanner.place();
    let mut selector = Selector::default();
    if !scanner.takes("{") {
        return Ok(selector);
    }
    if metric.is_of_the_whole_run() {
        return Err(scanner.problem_at(start, "an operator, as this figure is of the whole run,"));
    }
    loop {
        scanner.skip_spaces();
        let place = scanner.place();
        let key = scanner.take_while(char::is_alphanumeric);
        let slot = match key {
            "name" if selector.name.is_none() => &mut selector.name,
            "method" if selector.method.is_none() => &mut selector.method,
            _ => return Err(scanner.problem_at(place, "`name=` or `method=`, each at most once,")),
        };
        scanner.skip_spaces();
        if !scanner.takes("=") {
            return Err(scanner.problem("`=`"));
        }
        scanner.skip_spaces();
        *slot = Some(text(scanner)?);
        scanner.skip_spaces();
        if scanner.takes("}") {
            return Ok(selector);
        }
        if !scanner.takes(",") {
            return Err(scanner.problem("`,` or `}`"));
        }
    }
}

/// In quotes, where a backslash takes the next character as it is, or plain up to `,` or `}`.
fn text(scanner: &mut Scanner) -> Result<String, Problem> {
    let start = scanner.place();
    let Some(quote) = ["\"", "'"].into_iter().find(|quote| scanner.takes(quote)) else {
        let plain = scanner.take_while(|c| c != ',' && c != '}').trim_end();
        return Ok(plain.to_owned());
    };
    let mut text = String::new();
    loop {
        if scanner.takes(quote) {
            return Ok(text);
        }
        scanner.takes("\\");
        match scanner.take() {
            Some(character) => text.push(character),
            None => return Err(scanner.problem_at(start, format!("a closing {quote}"))),
        }
    }
}

fn comparison(scanner: &mut Scanner) -> Result<Comparison, Problem> {
    scanner.skip_spaces();
    for (sign, comparison) in Comparison::SIGNS {
        if scanner.takes(sign) {
            return Ok(*comparison);
        }
    }
    let signs: Vec<&str> = Comparison::SIGNS.iter().map(|(sign, _)| *sign).collect();
    Err(scanner.problem(format!("one of {}", signs.join(" "))))
}

/// A number and its unit, in what the dimension is kept in.
pub fn value(scanner: &mut Scanner, dimension: Dimension) -> Result<f64, Problem> {
    scanner.skip_spaces();
    let start = scanner.place();
    let digits = scanner.take_while(|c| c.is_ascii_digit() || c == '.');
    let number = digits
        .parse::<f64>()
        .ok()
        .filter(|_| digits.starts_with(|c: char| c.is_ascii_digit()))
        .ok_or_else(|| scanner.problem_at(start, "a number"))?;
    let end = scanner.place();
    scanner.skip_spaces();
    let place = scanner.place();
    let mut unit = scanner.take_while(|c| c.is_alphabetic() || matches!(c, '%' | '/'));
    if unit == "abort" && place > end {
        scanner.go_back(end);
        unit = "";
    }
    let factor = unit_of(dimension, unit)
        .ok_or_else(|| scanner.problem_at(place, expected_units(dimension)))?;
    if dimension == Dimension::Share && number * factor > 1.0 {
        return Err(scanner.problem_at(start, "a share of at most 100%, as 5% or 0.05,"));
    }
    Ok(number * factor)
}

fn unit_of(dimension: Dimension, unit: &str) -> Option<f64> {
    let units = dimension.units();
    if unit.is_empty() {
        return units.first().map(|(_, factor)| *factor);
    }
    // The micro sign is what people paste from other tools.
    let unit = if unit == "µs" { "us" } else { unit };
    units
        .iter()
        .find(|(known, _)| *known == unit)
        .map(|(_, factor)| *factor)
}

fn expected_units(dimension: Dimension) -> String {
    let named: Vec<&str> = dimension
        .units()
        .iter()
        .map(|(unit, _)| *unit)
        .filter(|unit| !unit.is_empty())
        .collect();
    match (dimension, named.as_slice()) {
        (_, []) => "no unit".to_owned(),
        (Dimension::Time, _) => format!("one of {}", named.join(", ")),
        (_, _) => format!("{} or no unit", named.join(", ")),
    }
}

fn abort_after(scanner: &mut Scanner) -> Result<Option<std::time::Duration>, Problem> {
    scanner.skip_spaces();
    if !scanner.takes("abort") {
        return Ok(None);
    }
    scanner.skip_spaces();
    if !scanner.takes("after") {
        return Err(scanner.problem("`after TIME`"));
    }
    scanner.skip_spaces();
    let start = scanner.place();
    let word = scanner.take_while(char::is_alphanumeric);
    let time = parse_timespan(word);
    time.map(Some)
        .map_err(|_| scanner.problem_at(start, "a time span (90, 20s, 3m, 1h20m)"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Limit {
        let mut limits = parse_limits(text).unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!(limits.len(), 1, "{text}");
        limits.remove(0)
    }

    fn problem(text: &str) -> String {
        parse_limits(text).expect_err(text).to_string()
    }

    #[test]
    fn a_limit_names_a_figure_an_entry_a_comparison_and_a_value() {
        let limit = one("p95{name=/x, method=GET} >= 300ms abort after 1m30s");
        assert_eq!(limit.metric, Metric::named("p95").expect("a metric"));
        assert_eq!(limit.of.name.as_deref(), Some("/x"));
        assert_eq!(limit.of.method.as_deref(), Some("GET"));
        assert_eq!(
            (limit.comparison, limit.value),
            (Comparison::AtLeast, 300.0)
        );
        assert_eq!(limit.abort_after, Some(Duration::from_secs(90)));
        assert_eq!(
            limit.text,
            "p95{name=/x, method=GET} >= 300ms abort after 1m30s"
        );
    }

    #[test]
    fn units_turn_into_the_one_a_figure_is_kept_in() {
        for (text, value) in [
            ("avg>300", 300.0),
            ("avg > 300 ms", 300.0),
            ("avg > 1.5s", 1500.0),
            ("avg > 250us", 0.25),
            ("avg > 250 µs", 0.25),
            ("max > 1m", 60_000.0),
            ("fail_ratio > 0.1%", 0.001),
            ("fail_ratio > 0.1", 0.1),
            ("rps < 50", 50.0),
            ("rps < 50/s", 50.0),
            ("fail_per_sec > 1 /s", 1.0),
            ("requests < 1000", 1000.0),
            ("p(95) > 1 abort after 5", 1.0),
            ("first_token.p(95) > 1s", 1000.0),
            ("gap.p99.9 > 250us", 0.25),
            ("token_rate.avg < 20/s", 20.0),
        ] {
            let found = one(text).value;
            assert!((found - value).abs() < 1e-12, "{text}: {found}");
        }
    }

    #[test]
    fn a_name_in_quotes_holds_any_character() {
        let name = |text: &str| one(text).of.name.expect("a name");
        assert_eq!(name("avg{name=\"/a,b} > \\\"1\\\"\"} > 1"), "/a,b} > \"1\"");
        assert_eq!(name("avg{ name = 'it\\'s' } > 1"), "it's");
        assert_eq!(name("avg{name=/a b=c{d} > 1"), "/a b=c{d");
        assert_eq!(name("avg{name=} > 1"), "");
    }

    #[test]
    fn several_limits_may_stand_in_one_value() {
        let texts: Vec<String> = parse_limits("p95 > 1s; fail_ratio > 1% ;")
            .expect("two")
            .into_iter()
            .map(|limit| limit.text)
            .collect();
        assert_eq!(texts, ["p95 > 1s", "fail_ratio > 1%"]);
    }

    #[test]
    fn what_is_wrong_is_reported_with_its_place() {
        let metrics = "p0 to p100 (as p95, p99.9), avg, min, max, median, fail_ratio, rps, fail_per_sec, requests, \
                       failures, cut, unreported, lost, streams, events, reconnections, tokens, or of streams, as \
                       first_token.p95, first_byte, first_event, gap, first_token, token_time, token_rate";
        for (text, sentence) in [
            ("", format!("expected {metrics} at the end of ``")),
            ("p95x > 1", format!("expected {metrics} instead of `p95x` at column 1 of `p95x > 1`")),
            ("p95 300", "expected one of >= <= == != > < instead of `300` at column 5 of `p95 300`".into()),
            ("p95 > ", "expected a number at the end of `p95 > `".into()),
            ("p95 > -1", "expected a number instead of `-1` at column 7 of `p95 > -1`".into()),
            ("p95 > 3kg", "expected one of ms, us, s, m instead of `kg` at column 8 of `p95 > 3kg`".into()),
            ("token_rate.p5 < 3ms", "expected /s or no unit instead of `ms` at column 18 of `token_rate.p5 < 3ms`".into()),
            ("gap > 1s", format!("expected {metrics} instead of `gap` at column 1 of `gap > 1s`")),
            ("rps > 3ms", "expected /s or no unit instead of `ms` at column 8 of `rps > 3ms`".into()),
            ("requests > 3%", "expected no unit instead of `%` at column 13 of `requests > 3%`".into()),
            (
                "fail_ratio > 5",
                "expected a share of at most 100%, as 5% or 0.05, instead of `5` at column 14 of `fail_ratio > 5`".into(),
            ),
            ("p95{host=x} > 1", "expected `name=` or `method=`, each at most once, instead of `host=x}` at column 5 of `p95{host=x} > 1`".into()),
            ("p95{name='x} > 1", "expected a closing ' instead of `'x}` at column 10 of `p95{name='x} > 1`".into()),
            ("p95{name=x > 1", "expected `,` or `}` at the end of `p95{name=x > 1`".into()),
            (
                "cut{name=x} > 1",
                "expected an operator, as this figure is of the whole run, instead of `{name=x}` at column 4 of `cut{name=x} > 1`".into(),
            ),
            ("é > 1", format!("expected {metrics} instead of `é` at column 1 of `é > 1`")),
            ("avg > 1 abort 5s", "expected `after TIME` instead of `5s` at column 15 of `avg > 1 abort 5s`".into()),
            (
                "avg > 1 abort after soon",
                "expected a time span (90, 20s, 3m, 1h20m) instead of `soon` at column 21 of `avg > 1 abort after soon`".into(),
            ),
            (
                "avg > 1 or rps < 2",
                "expected one of ms, us, s, m instead of `or` at column 9 of `avg > 1 or rps < 2`".into(),
            ),
            ("avg > 1 ms, rps < 2", "expected `abort after TIME`, `;` or the end instead of `,` at column 11 of `avg > 1 ms, rps < 2`".into()),
        ] {
            assert_eq!(problem(text), sentence, "{text}");
        }
    }

    #[test]
    fn the_caret_stands_below_the_place() {
        let problem = parse_limits("p95{name=é} = 1").expect_err("no such sign");
        assert_eq!(problem.pointer(), "  p95{name=é} = 1\n              ^");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_with_a_place_in_it(text in ".{0,40}") {
            if let Err(problem) = parse_limits(&text) {
                prop_assert!(problem.column <= text.chars().count() + 1);
            }
        }

        #[test]
        fn any_name_can_be_written_in_quotes(name in ".{0,20}") {
            let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
            let limit = one(&format!("avg{{name=\"{quoted}\"}} > 1"));
            prop_assert_eq!(limit.of.name, Some(name));
        }
    }

    #[test]
    fn a_selector_names_each_part_once_and_a_share_is_no_more_than_all() {
        for text in ["p95{name=a, name=b} > 1s", "p95{method=a, method=b} > 1s"] {
            let problem = parse_limits(text).expect_err(text);
            assert!(
                problem.expected.ends_with("each at most once,"),
                "{problem}"
            );
        }
        assert!(parse_limits("fail_ratio > 100%").is_ok());
        assert!(parse_limits("fail_ratio > 100.1%").is_err());
    }
}

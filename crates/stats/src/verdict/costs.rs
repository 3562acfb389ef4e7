//! What a pipeline may write into `--fail-if` and `--max-lag`, at the worst that we know: the cost per byte does not grow
//! with the text (`model::cost_budget`).
use super::{parse_limits, parse_max_lag};
use rlocust_testing::cost_budget::{assert_linear, behind, repeated};

fn read(input: &[u8]) {
    let text = std::str::from_utf8(input).expect("text");
    drop(parse_limits(text));
    drop(parse_max_lag(text));
}

#[test]
fn a_text_costs_what_its_bytes_cost() {
    for part in [
        "p95{name=/x, method=GET} > 500ms abort after 30s; ",
        "wake.p99 = 50ms, ",
        " ",
        "9",
        "p(",
    ] {
        let make = |size| repeated(part.as_bytes(), size);
        assert_linear(&format!("texts of {part:?}"), make, read);
    }
}

#[test]
fn a_part_without_an_end_costs_what_its_bytes_cost() {
    for (start, part) in [
        ("p", "9"),
        ("p", "9."),
        ("p95{name=", "x"),
        ("p95{name=\"", "\\\""),
        ("p95{", "name=x,"),
        ("p95 ", " "),
        ("p95 > ", "1"),
        ("p95 > 1", "m"),
        ("p95 > 1 abort after ", "1h"),
        ("p99=", "0"),
    ] {
        let make = |size| behind(start.as_bytes(), part.as_bytes(), size);
        assert_linear(&format!("{part:?} behind {start:?}"), make, read);
    }
}

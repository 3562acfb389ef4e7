//! What `--max-lag` says: how late the generator itself may be before the figures of a run are not to be trusted.
//! `p99=50ms` means the worst kind of scheduling lag; `wake.p99=50ms` one kind. Several may follow with `,` or `;`.
use super::metric::{Dimension, shown};
use super::parse::value;
use super::scanner::{Problem, Scanner};
use rlocust_core::model::{Judgement, Lag, LagSummary, Snapshot};

/// One bound on the scheduling lag.
#[derive(Debug, Clone, PartialEq)]
pub struct MaxLag {
    /// None is the worst of all kinds.
    pub kind: Option<Lag>,
    pub figure: LagFigure,
    pub milliseconds: f64,
    /// As it was written.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LagFigure {
    Median,
    P99,
    Longest,
}

const FIGURES: [(&str, LagFigure); 3] = [
    ("p50", LagFigure::Median),
    ("p99", LagFigure::P99),
    ("max", LagFigure::Longest),
];

/// Every bound of one option's value.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse_max_lag(text: &str) -> Result<Vec<MaxLag>, Problem> {
    let mut scanner = Scanner::new(text);
    let mut bounds = Vec::new();
    loop {
        bounds.push(bound(&mut scanner)?);
        scanner.skip_spaces();
        if scanner.is_at_end() {
            return Ok(bounds);
        }
        if !scanner.takes(",") && !scanner.takes(";") {
            return Err(scanner.problem("`,` or the end"));
        }
    }
}

fn bound(scanner: &mut Scanner) -> Result<MaxLag, Problem> {
    scanner.skip_spaces();
    let start = scanner.place();
    let kind = Lag::ALL
        .into_iter()
        .find(|kind| scanner.takes(&format!("{}.", kind.name())));
    let place = scanner.place();
    let word = scanner.take_while(char::is_alphanumeric);
    let (_, figure) = FIGURES
        .iter()
        .find(|(known, _)| *known == word)
        .ok_or_else(|| {
            scanner.problem_at(
                place,
                "p50, p99 or max, alone or after `wake.`, `submit.` or `resume.`,",
            )
        })?;
    scanner.skip_spaces();
    if !scanner.takes("=") {
        return Err(scanner.problem("`=`"));
    }
    let milliseconds = value(scanner, Dimension::Time)?;
    Ok(MaxLag {
        kind,
        figure: *figure,
        milliseconds,
        text: scanner.since(start).trim_end().to_owned(),
    })
}

impl MaxLag {
    /// Crossed when the lag is longer. A kind that never occurred is not late.
    pub fn judge(&self, snapshot: &Snapshot) -> Judgement {
        let kinds = Lag::ALL.into_iter();
        let kinds = kinds.filter(|kind| self.kind.is_none_or(|wanted| wanted == *kind));
        let worst = kinds
            .map(|kind| (self.figure.of(snapshot.lag(kind)), kind.name()))
            .max_by_key(|(us, _)| *us);
        let (us, kind) = worst.unwrap_or_default();
        let milliseconds = us as f64 / 1000.0;
        let figure = self.figure.word();
        let lag = shown(milliseconds, Dimension::Time);
        Judgement {
            limit: self.text.clone(),
            requirement: self.text.replacen('=', " ≤ ", 1).replace("  ", " "),
            is_crossed: milliseconds > self.milliseconds,
            value: Some(milliseconds),
            description: format!("{figure} of the {kind} lag is {lag}"),
            aborted_after: None,
        }
    }
}

impl LagFigure {
    fn of(self, lag: &LagSummary) -> u64 {
        match self {
            Self::Median => lag.p50_us,
            Self::P99 => lag.p99_us,
            Self::Longest => lag.max_us,
        }
    }

    fn word(self) -> &'static str {
        let row = FIGURES.iter().find(|(_, figure)| *figure == self);
        row.map_or("", |(word, _)| *word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lagging(p99_us: [u64; 3]) -> Snapshot {
        Snapshot {
            lags: p99_us.map(|p99_us| LagSummary {
                count: 1,
                p99_us,
                ..LagSummary::default()
            }),
            ..Snapshot::default()
        }
    }

    fn judged(text: &str, snapshot: &Snapshot) -> (bool, String) {
        let bound = parse_max_lag(text).expect(text).remove(0);
        let judgement = bound.judge(snapshot);
        (judgement.is_crossed, judgement.description)
    }

    #[test]
    fn the_worst_kind_counts_unless_one_is_named() {
        let snapshot = lagging([10_000, 60_000, 20_000]);
        assert_eq!(
            judged("p99=50ms", &snapshot),
            (true, "p99 of the submit lag is 60 ms".to_owned())
        );
        assert!(!judged("p99 = 60ms", &snapshot).0, "not longer");
        assert!(!judged("wake.p99=50ms", &snapshot).0);
        assert!(judged("wake.p99=5", &snapshot).0);
        assert!(!judged("max=0", &Snapshot::default()).0);
    }

    #[test]
    fn several_bounds_may_stand_in_one_value() {
        let bounds = parse_max_lag("p99=50ms, resume.max=1s").expect("two");
        assert_eq!(bounds[1].kind, Some(Lag::Resume));
        assert_eq!(bounds[1].text, "resume.max=1s");
    }

    #[test]
    fn other_figures_are_refused_with_their_place() {
        let refusal = |text: &str| parse_max_lag(text).expect_err(text).to_string();
        assert_eq!(
            refusal("p95=5ms"),
            "expected p50, p99 or max, alone or after `wake.`, `submit.` or `resume.`, instead of `p95=5ms` at column 1 \
             of `p95=5ms`"
        );
        assert_eq!(refusal("wake.p99"), "expected `=` at the end of `wake.p99`");
        assert_eq!(
            refusal("p99=5ms x"),
            "expected `,` or the end instead of `x` at column 9 of `p99=5ms x`"
        );
    }
}

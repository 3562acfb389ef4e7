//! `--max-regression`: by how much the second run may be worse. `10%` bounds response times, figures of streams and rate, and then no
//! rise of the error share is accepted that is more than chance; `p95=10%`, `errors=0.5%` bound one figure, errors in
//! points of the share. Several may follow with `,`.
use super::comparison::{Comparison, Finding};
use super::figure::Figure;

/// What is accepted of one figure, or of all that have no bound of their own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaxRegression {
    pub figure: Option<Figure>,
    /// A fraction of the first run's figure; for errors a difference of shares.
    pub share: f64,
}

/// What is over its bound, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// Worse by more than the bound, and by more than chance.
    Worse(String),
    /// The first run has this entry, the second has not.
    Gone(String),
}

/// How the bounds judge a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regression {
    /// No bound was given.
    NotAsked,
    /// Too little data to test anything: no bound can be held.
    NotJudged,
    Judged(Vec<Breach>),
}

/// Every bound of one option's value.
///
/// # Errors
/// What was expected where.
pub fn parse_max_regression(text: &str) -> Result<Vec<MaxRegression>, String> {
    text.split(',').map(|part| bound(part.trim())).collect()
}

fn bound(part: &str) -> Result<MaxRegression, String> {
    let (word, share) = part.split_once('=').unwrap_or(("", part));
    let word = word.trim();
    let figure = Figure::named(word);
    if figure.is_none() && part.contains('=') {
        let words = Figure::words();
        return Err(format!("expected one of {words} instead of `{word}`"));
    }
    let number = share.trim().strip_suffix('%').map(str::trim);
    let percent: Option<f64> = number
        .and_then(|number| number.parse().ok())
        .filter(|percent: &f64| percent.is_finite() && *percent >= 0.0);
    percent
        .map(|percent| MaxRegression {
            figure,
            share: percent / 100.0,
        })
        .ok_or_else(|| {
            format!(
                "expected a percentage, as 10%, instead of `{}`",
                share.trim()
            )
        })
}

impl Comparison {
    /// Holds the comparison against the bounds.
    pub fn judged_by(&self, bounds: &[MaxRegression]) -> Regression {
        if bounds.is_empty() {
            return Regression::NotAsked;
        }
        let gone = self.only_first.iter().cloned().map(Breach::Gone);
        let breaches: Vec<Breach> = gone.chain(self.worse_than(bounds)).collect();
        if breaches.is_empty() && !self.can_judge(bounds) {
            return Regression::NotJudged;
        }
        Regression::Judged(breaches)
    }

    /// Times are what is mostly asked for: where none could be tested, a bound on them is not held.
    fn can_judge(&self, bounds: &[MaxRegression]) -> bool {
        bounds.iter().all(|bound| match bound.figure {
            Some(figure) => self.is_tested(|tested| tested == figure),
            None => self.is_tested(|tested| tested.quantile().is_some()),
        })
    }

    fn worse_than(&self, bounds: &[MaxRegression]) -> impl Iterator<Item = Breach> {
        self.changes().filter_map(|(entry, change)| {
            let (bound, by) = (accepted(bounds, change.figure)?, change.change?);
            let is_over = change.finding == Finding::Worse && by.abs() > bound;
            is_over.then(|| Breach::Worse(line(&entry.shown, change.figure, by, bound)))
        })
    }
}

fn accepted(bounds: &[MaxRegression], figure: Figure) -> Option<f64> {
    let own = bounds
        .iter()
        .rev()
        .find(|bound| bound.figure == Some(figure));
    let all = || bounds.iter().rev().find(|bound| bound.figure.is_none());
    match (own, all()) {
        (Some(own), _) => Some(own.share),
        (None, Some(_)) if figure == Figure::Errors => Some(0.0),
        (None, all) => all.map(|bound| bound.share),
    }
}

fn line(entry: &str, figure: Figure, by: f64, bound: f64) -> String {
    let kind = if figure == Figure::Errors {
        " points"
    } else {
        "%"
    };
    format!(
        "{} of {entry} is worse by {:.1}{kind}, over the limit of {}{kind}",
        figure.word(),
        by.abs() * 100.0,
        (bound * 1000.0).round() / 10.0,
    )
}

#[cfg(test)]
mod tests {
    use super::super::comparison::compare;
    use super::super::comparison::tests::{entry, run, streamed};
    use super::*;
    use rlocust_core::model::StreamFigure;

    fn judged(limits: &str, second: Vec<super::super::RunEntry>) -> Regression {
        let first = run("a", vec![entry("/x", 60, 100.0, 0)]);
        let bounds = parse_max_regression(limits).expect(limits);
        compare(&first, &run("b", second)).judged_by(&bounds)
    }

    #[test]
    fn worse_by_more_than_the_limit_is_a_breach() {
        let slower = || vec![entry("/x", 60, 120.0, 0)];
        let Regression::Judged(breaches) = judged("p95=5%", slower()) else {
            panic!("judged")
        };
        let [Breach::Worse(line)] = &breaches[..] else {
            panic!("{breaches:?}")
        };
        assert!(
            line.starts_with("p95 of GET /x is worse by 2")
                && line.ends_with("over the limit of 5%"),
            "{line}"
        );
        assert_eq!(judged("25%", slower()), Regression::Judged(Vec::new()));
        let faster = vec![entry("/x", 60, 80.0, 0)];
        assert_eq!(judged("0%", faster), Regression::Judged(Vec::new()));
    }

    #[test]
    fn more_errors_are_a_breach_unless_they_have_a_limit_of_their_own() {
        let failing = || vec![entry("/x", 60, 100.0, 1)];
        let Regression::Judged(breaches) = judged("10%", failing()) else {
            panic!("judged")
        };
        assert_eq!(
            breaches,
            [Breach::Worse(
                "errors of GET /x is worse by 2.0 points, over the limit of 0 points".to_owned()
            )]
        );
        assert_eq!(
            judged("10%, errors=3%", failing()),
            Regression::Judged(Vec::new())
        );
    }

    #[test]
    fn a_bound_holds_for_streams_where_it_names_them_or_nothing() {
        let chat = |rate: f64| {
            let mut chat = entry("chat", 60, 100.0, 0);
            chat.streams = vec![streamed(StreamFigure::TokenRate, 60, rate)];
            run("x", vec![chat])
        };
        let comparison = compare(&chat(50.0), &chat(40.0));
        let judged = |limits| comparison.judged_by(&parse_max_regression(limits).expect(limits));
        for limits in ["10%", "token_rate.p5=10%", "p95=1%, token_rate.p50=5%"] {
            let Regression::Judged(breaches) = judged(limits) else {
                panic!("judged")
            };
            let Some(Breach::Worse(line)) = breaches.first() else {
                panic!("{limits}: {breaches:?}")
            };
            assert!(line.starts_with("token_rate.p5"), "{line}");
        }
        for limits in [
            "p50=1%,p95=1%,p99=1%",
            "30%",
            "10%,token_rate.p50=30%,token_rate.p5=30%,token_rate.p1=30%",
        ] {
            assert_eq!(judged(limits), Regression::Judged(Vec::new()), "{limits}");
        }
        assert_eq!(judged("gap.p50=10%"), Regression::NotJudged);
    }

    #[test]
    fn nothing_to_judge_is_not_a_pass() {
        assert_eq!(
            judged("10%", vec![entry("/y", 60, 100.0, 0)]),
            Regression::Judged(vec![Breach::Gone("GET /x".to_owned())])
        );
        assert_eq!(
            judged("10%", vec![entry("/x", 4, 100.0, 0)]),
            Regression::NotJudged
        );
    }

    #[test]
    fn other_texts_are_refused() {
        let words = "rps, p50, p95, p99, errors, first_byte.p50, first_byte.p95, first_byte.p99, first_event.p50, \
                     first_event.p95, first_event.p99, gap.p50, gap.p95, gap.p99, first_token.p50, first_token.p95, \
                     first_token.p99, token_time.p50, token_time.p95, token_time.p99, token_rate.p50, token_rate.p5, \
                     token_rate.p1";
        for (text, complaint) in [
            ("10", "expected a percentage, as 10%, instead of `10`"),
            ("p95=", "expected a percentage, as 10%, instead of ``"),
            (
                "p90=1%",
                &format!("expected one of {words} instead of `p90`"),
            ),
            ("-1%", "expected a percentage, as 10%, instead of `-1%`"),
            ("=1%", &format!("expected one of {words} instead of ``")),
        ] {
            assert_eq!(parse_max_regression(text), Err(complaint.to_owned()));
        }
    }
}

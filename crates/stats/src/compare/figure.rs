//! The figures that are compared, what they are counted in, and which direction is worse.
use super::interval::Interval;
use rlocust_core::model::StreamFigure;

/// One column of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Requests per second.
    Rate,
    /// Of response times.
    Response(Percentile),
    /// Failures as a share of requests.
    Errors,
    /// Of a figure of streamed answers.
    Stream(StreamFigure, Percentile),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Milliseconds,
    PerSecond,
    /// A fraction of one.
    Share,
}

/// The middle, and the end that people wait for: of times the high one, of rates the low one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Percentile {
    P1,
    P5,
    P50,
    P95,
    P99,
}

impl Percentile {
    const OF_TIMES: [Self; 3] = [Self::P50, Self::P95, Self::P99];
    const OF_RATES: [Self; 3] = [Self::P50, Self::P5, Self::P1];

    fn word(self) -> &'static str {
        match self {
            Self::P1 => "p1",
            Self::P5 => "p5",
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
        }
    }

    fn quantile(self) -> f64 {
        match self {
            Self::P1 => 0.01,
            Self::P5 => 0.05,
            Self::P50 => 0.5,
            Self::P95 => 0.95,
            Self::P99 => 0.99,
        }
    }
}

impl Figure {
    pub const P50: Self = Self::Response(Percentile::P50);
    pub const P95: Self = Self::Response(Percentile::P95);
    pub const P99: Self = Self::Response(Percentile::P99);
    /// Of requests.
    pub const ALL: [Self; 5] = [Self::Rate, Self::P50, Self::P95, Self::P99, Self::Errors];

    /// Those of a figure of streams.
    pub fn of_streams(figure: StreamFigure) -> [Self; 3] {
        let percentiles = if figure.is_time() {
            Percentile::OF_TIMES
        } else {
            Percentile::OF_RATES
        };
        percentiles.map(|percentile| Self::Stream(figure, percentile))
    }

    /// As options, tables and JSON spell it, and `--fail-if`.
    pub fn word(self) -> String {
        match self {
            Self::Rate => "rps".to_owned(),
            Self::Errors => "errors".to_owned(),
            Self::Response(percentile) => percentile.word().to_owned(),
            Self::Stream(figure, percentile) => format!("{}.{}", figure.name(), percentile.word()),
        }
    }

    pub fn named(word: &str) -> Option<Self> {
        let of_streams = StreamFigure::ALL.into_iter().flat_map(Self::of_streams);
        let mut all = Self::ALL.into_iter().chain(of_streams);
        all.find(|figure| figure.word() == word)
    }

    /// What can be named, for who named something else.
    pub fn words() -> String {
        let requests = Self::ALL.map(Self::word).join(", ");
        let streams = StreamFigure::ALL.map(|figure| {
            let [_, middle, last] = Self::of_streams(figure).map(Self::word);
            format!("{}.p50, {middle}, {last}", figure.name())
        });
        format!("{requests}, {}", streams.join(", "))
    }

    pub fn quantile(self) -> Option<f64> {
        match self {
            Self::Response(percentile) | Self::Stream(_, percentile) => Some(percentile.quantile()),
            Self::Rate | Self::Errors => None,
        }
    }

    /// What it is counted in.
    pub fn unit(self) -> Unit {
        match self {
            Self::Rate | Self::Stream(StreamFigure::TokenRate, _) => Unit::PerSecond,
            Self::Errors => Unit::Share,
            Self::Response(_) | Self::Stream(..) => Unit::Milliseconds,
        }
    }

    /// What it is taken of, in sentences about how many there are.
    pub fn samples(self) -> &'static str {
        match self {
            Self::Response(_) => "response times",
            Self::Rate | Self::Errors => "requests",
            Self::Stream(..) => "values",
        }
    }

    /// Of any stretch of a run, in its unit. Nothing where there is nothing to take it from.
    pub fn of(self, what: &Interval, seconds: f64) -> Option<f64> {
        match (self, self.quantile()) {
            (_, Some(quantile)) => {
                let value = what.times.quantile_us(quantile) as f64 / 1000.0;
                (what.times.count() > 0).then_some(value)
            }
            (Self::Errors, _) => {
                (what.requests > 0).then(|| what.failures as f64 / what.requests as f64)
            }
            _ => (seconds > 0.0).then(|| what.requests as f64 / seconds),
        }
    }

    /// As a file without times reports it for a stretch: a percentile.
    pub fn reported(self, what: &Interval) -> Option<f64> {
        let [p50, p95, p99] = what.reported.filter(|_| what.requests > 0)?;
        let (Self::Response(percentile) | Self::Stream(_, percentile)) = self else {
            return None;
        };
        match percentile {
            Percentile::P50 => Some(p50),
            Percentile::P95 => Some(p95),
            Percentile::P99 => Some(p99),
            Percentile::P1 | Percentile::P5 => None,
        }
    }

    /// Samples a part needs for this figure to mean something: about five beyond a percentile.
    pub fn samples_needed(self) -> u64 {
        let percentile = match self {
            Self::Response(percentile) | Self::Stream(_, percentile) => percentile,
            Self::Errors => return 1,
            Self::Rate => return 0,
        };
        match percentile {
            Percentile::P50 => 20,
            Percentile::P5 | Percentile::P95 => 100,
            Percentile::P1 | Percentile::P99 => 500,
        }
    }

    /// How much larger the second is: a fraction of the first, for errors a difference of shares.
    pub fn change(self, first: f64, second: f64) -> Option<f64> {
        if self == Self::Errors {
            return Some(second - first);
        }
        (first > 0.0).then(|| second / first - 1.0)
    }

    /// Slower, more errors, fewer requests or tokens a second.
    pub fn is_worse(self, change: f64) -> bool {
        if self.unit() == Unit::PerSecond {
            change < 0.0
        } else {
            change > 0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_worse_where_it_slows_or_fails() {
        for figure in Figure::ALL {
            let is_rate = figure == Figure::Rate;
            assert_eq!(figure.is_worse(0.1), !is_rate, "{figure:?}");
            assert_eq!(figure.is_worse(-0.1), is_rate, "{figure:?}");
            assert!(!figure.is_worse(0.0), "{figure:?}");
        }
        assert_eq!(Figure::P50.change(4.0, 5.0), Some(0.25));
        assert_eq!(Figure::P50.change(0.0, 5.0), None);
        assert_eq!(Figure::Errors.change(0.25, 0.75), Some(0.5));
    }

    #[test]
    fn figures_of_streams_are_compared_where_people_wait() {
        let words = |figure| Figure::of_streams(figure).map(Figure::word).join(" ");
        assert_eq!(words(StreamFigure::Gap), "gap.p50 gap.p95 gap.p99");
        let rate = "token_rate.p50 token_rate.p5 token_rate.p1";
        assert_eq!(words(StreamFigure::TokenRate), rate);
        for figure in StreamFigure::ALL.into_iter().flat_map(Figure::of_streams) {
            assert_eq!(Figure::named(&figure.word()), Some(figure));
            assert_eq!(figure.is_worse(0.1), figure.unit() == Unit::Milliseconds);
        }
        assert_eq!(Figure::named("token_rate.p95"), None);
    }

    #[test]
    fn figures_need_something_to_be_taken_from() {
        let mut what = Interval {
            requests: 8,
            failures: 2,
            reported: Some([1.0, 2.0, 3.0]),
            ..Interval::default()
        };
        let reported = |what: &Interval| Figure::ALL.map(|figure| figure.reported(what));
        let expected = [None, Some(1.0), Some(2.0), Some(3.0), None];
        assert_eq!(reported(&what), expected);
        assert_eq!(Figure::Rate.of(&what, 4.0), Some(2.0));
        assert_eq!(Figure::Rate.of(&what, 0.0), None);
        assert_eq!(Figure::Errors.of(&what, 4.0), Some(0.25));
        assert_eq!(Figure::P50.of(&what, 4.0), None, "no times");
        what.requests = 0;
        assert_eq!(reported(&what), [None; 5]);
        assert_eq!(Figure::Errors.of(&what, 4.0), None);
        assert_eq!(Figure::Rate.of(&what, 4.0), Some(0.0));
    }
}

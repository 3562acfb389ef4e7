//! The figures that are compared, what they are counted in, and which direction is worse.
use super::run::Interval;

/// One column of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Requests per second.
    Rate,
    P50,
    P95,
    P99,
    /// Failures as a share of requests.
    Errors,
}

impl Figure {
    pub const ALL: [Self; 5] = [Self::Rate, Self::P50, Self::P95, Self::P99, Self::Errors];

    /// As options, tables and JSON spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rate => "rps",
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::Errors => "errors",
        }
    }

    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.word() == word)
    }

    pub fn quantile(self) -> Option<f64> {
        match self {
            Self::P50 => Some(0.5),
            Self::P95 => Some(0.95),
            Self::P99 => Some(0.99),
            Self::Rate | Self::Errors => None,
        }
    }

    /// Of any stretch of a run: per second, milliseconds, a fraction. Nothing where there is nothing to take it from.
    pub fn of(self, what: &Interval, seconds: f64) -> Option<f64> {
        match (self, self.quantile()) {
            (_, Some(quantile)) => {
                let milliseconds = what.times.quantile_us(quantile) as f64 / 1000.0;
                (what.times.count() > 0).then_some(milliseconds)
            }
            (Self::Errors, _) => {
                (what.requests > 0).then(|| what.failures as f64 / what.requests as f64)
            }
            _ => (seconds > 0.0).then(|| what.requests as f64 / seconds),
        }
    }

    /// As a file without times reports it for a stretch: a percentile in milliseconds.
    pub fn reported(self, what: &Interval) -> Option<f64> {
        let [p50, p95, p99] = what.reported.filter(|_| what.requests > 0)?;
        match self {
            Self::P50 => Some(p50),
            Self::P95 => Some(p95),
            Self::P99 => Some(p99),
            Self::Rate | Self::Errors => None,
        }
    }

    /// Samples a part needs for this figure to mean something: about five beyond a percentile.
    pub fn samples_needed(self) -> u64 {
        match self {
            Self::P50 => 20,
            Self::P95 => 100,
            Self::P99 => 500,
            Self::Errors => 1,
            Self::Rate => 0,
        }
    }

    /// How much larger the second is: a fraction of the first, for errors a difference of shares.
    pub fn change(self, first: f64, second: f64) -> Option<f64> {
        if self == Self::Errors {
            return Some(second - first);
        }
        (first > 0.0).then(|| second / first - 1.0)
    }

    /// Slower, more errors, fewer requests.
    pub fn is_worse(self, change: f64) -> bool {
        if self == Self::Rate {
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

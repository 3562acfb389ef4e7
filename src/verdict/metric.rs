//! What can be limited: the words, what each measures and in which units. The list is the documentation's too.

/// A figure of an entry or of the whole run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Metric {
    /// From our exact ledger; 0 to 100.
    Percentile(f64),
    Average,
    Shortest,
    Longest,
    FailRatio,
    RequestRate,
    FailureRate,
    Requests,
    Failures,
    Cut,
    Unreported,
    /// Reports of workers.
    Lost,
}

/// What a figure is counted in, which decides its units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Kept in milliseconds.
    Time,
    /// A fraction of one.
    Share,
    PerSecond,
    Count,
}

/// Every word but the percentiles `p0` to `p100`, which may have decimals (`p99.9`).
pub const WORDS: &[(&str, Metric)] = &[
    ("avg", Metric::Average),
    ("min", Metric::Shortest),
    ("max", Metric::Longest),
    ("median", Metric::Percentile(50.0)),
    ("fail_ratio", Metric::FailRatio),
    ("rps", Metric::RequestRate),
    ("fail_per_sec", Metric::FailureRate),
    ("requests", Metric::Requests),
    ("failures", Metric::Failures),
    ("cut", Metric::Cut),
    ("unreported", Metric::Unreported),
    ("lost", Metric::Lost),
];

impl Metric {
    /// `p95`, `p99.9`, or one of `WORDS`.
    pub fn named(word: &str) -> Option<Self> {
        if let Some((_, metric)) = WORDS.iter().find(|(known, _)| *known == word) {
            return Some(*metric);
        }
        let digits = word.strip_prefix('p')?;
        let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        let percent: f64 = digits.parse().ok().filter(|_| is_number)?;
        (percent <= 100.0).then_some(Self::Percentile(percent))
    }

    pub fn dimension(self) -> Dimension {
        match self {
            Self::Percentile(_) | Self::Average | Self::Shortest | Self::Longest => Dimension::Time,
            Self::FailRatio => Dimension::Share,
            Self::RequestRate | Self::FailureRate => Dimension::PerSecond,
            Self::Requests | Self::Failures | Self::Cut | Self::Unreported | Self::Lost => {
                Dimension::Count
            }
        }
    }

    /// Of the account of the run, which knows no names.
    pub fn is_of_the_whole_run(self) -> bool {
        matches!(self, Self::Cut | Self::Unreported | Self::Lost)
    }
}

impl Dimension {
    /// Units and how much one of them is; the first is what a bare number means.
    pub fn units(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::Time => &[("ms", 1.0), ("us", 0.001), ("s", 1000.0), ("m", 60_000.0)],
            Self::Share => &[("", 1.0), ("%", 0.01)],
            Self::PerSecond => &[("", 1.0), ("/s", 1.0)],
            Self::Count => &[("", 1.0)],
        }
    }
}

/// A figure as people read it: `412.3 ms`, `0.25%`, `48.1/s`, `12`.
pub fn shown(value: f64, dimension: Dimension) -> String {
    let (value, places, unit) = match dimension {
        Dimension::Time => (value, 3, " ms"),
        Dimension::Share => (value * 100.0, 4, "%"),
        Dimension::PerSecond => (value, 3, "/s"),
        Dimension::Count => (value, 3, ""),
    };
    let number = format!("{value:.places$}");
    let number = number.trim_end_matches('0').trim_end_matches('.');
    format!("{number}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_may_have_decimals_and_end_at_a_hundred() {
        assert_eq!(Metric::named("p95"), Some(Metric::Percentile(95.0)));
        assert_eq!(Metric::named("p99.9"), Some(Metric::Percentile(99.9)));
        assert_eq!(Metric::named("p100"), Some(Metric::Percentile(100.0)));
        for word in ["p101", "p", "p9x", "p-1", "p.5", "pinf", "p1.2.3", "P95"] {
            assert_eq!(Metric::named(word), None, "{word}");
        }
    }

    #[test]
    fn figures_are_shown_without_idle_zeros() {
        assert_eq!(shown(412.3, Dimension::Time), "412.3 ms");
        assert_eq!(shown(0.0025, Dimension::Share), "0.25%");
        assert_eq!(shown(50.0, Dimension::PerSecond), "50/s");
        assert_eq!(shown(0.0, Dimension::Count), "0");
        assert_eq!(shown(100.0, Dimension::Count), "100");
    }
}

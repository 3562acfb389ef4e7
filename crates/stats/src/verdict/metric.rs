//! What can be limited: the words, what each measures and in which units. The list is the documentation's too.
use rlocust_core::model::{StreamFigure, StreamRow};

/// A figure of an entry or of the whole run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Metric {
    /// Of response times.
    Response(Statistic),
    /// Of a figure of streamed answers.
    Stream(StreamFigure, Statistic),
    /// How much came of streamed answers.
    Streamed(StreamCount),
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

/// What is taken of many values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// From our exact ledger; 0 to 100.
    Percentile(f64),
    Average,
    Shortest,
    Longest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamCount {
    Streams,
    Events,
    Reconnections,
    Tokens,
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

/// Of response times as they are, of figures of streams behind the figure and a point; beside these the percentiles `p0`
/// to `p100`, which may have decimals (`p99.9`).
const STATISTICS: &[(&str, Statistic)] = &[
    ("avg", Statistic::Average),
    ("min", Statistic::Shortest),
    ("max", Statistic::Longest),
    ("median", Statistic::Percentile(50.0)),
];

/// All others.
const WORDS: &[(&str, Metric)] = &[
    ("fail_ratio", Metric::FailRatio),
    ("rps", Metric::RequestRate),
    ("fail_per_sec", Metric::FailureRate),
    ("requests", Metric::Requests),
    ("failures", Metric::Failures),
    ("cut", Metric::Cut),
    ("unreported", Metric::Unreported),
    ("lost", Metric::Lost),
    ("streams", Metric::Streamed(StreamCount::Streams)),
    ("events", Metric::Streamed(StreamCount::Events)),
    (
        "reconnections",
        Metric::Streamed(StreamCount::Reconnections),
    ),
    ("tokens", Metric::Streamed(StreamCount::Tokens)),
];

/// What a limit may begin with, as far as words can be listed.
pub fn metric_words() -> impl Iterator<Item = &'static str> {
    let statistics = STATISTICS.iter().map(|(word, _)| *word);
    let words = WORDS.iter().map(|(word, _)| *word);
    ["p50", "p95", "p99"]
        .into_iter()
        .chain(statistics)
        .chain(words)
}

impl Metric {
    /// `p95`, `p99.9`, `first_token.p95`, or one of the words.
    pub fn named(word: &str) -> Option<Self> {
        if let Some((_, metric)) = WORDS.iter().find(|(known, _)| *known == word) {
            return Some(*metric);
        }
        let of_streams = word.split_once('.').and_then(|(figure, rest)| {
            let mut all = StreamFigure::ALL.into_iter();
            Some((all.find(|known| known.name() == figure)?, rest))
        });
        match of_streams {
            Some((figure, rest)) => Some(Self::Stream(figure, Statistic::named(rest)?)),
            None => Some(Self::Response(Statistic::named(word)?)),
        }
    }

    /// As it is written.
    pub fn word(self) -> String {
        match self {
            Self::Response(statistic) => statistic.word(),
            Self::Stream(figure, statistic) => format!("{}.{}", figure.name(), statistic.word()),
            other => {
                let row = WORDS.iter().find(|(_, known)| *known == other);
                row.map_or_else(String::new, |(word, _)| (*word).to_owned())
            }
        }
    }

    /// Everything that can be written, for who wrote something else.
    pub fn words() -> String {
        let statistics = STATISTICS.iter().map(|(word, _)| *word);
        let words = statistics.chain(WORDS.iter().map(|(word, _)| *word));
        let words: Vec<&str> = words.collect();
        let figures = StreamFigure::ALL.map(StreamFigure::name).join(", ");
        let words = words.join(", ");
        format!("p0 to p100 (as p95, p99.9), {words}, or of streams, as first_token.p95, {figures}")
    }

    pub fn dimension(self) -> Dimension {
        match self {
            Self::RequestRate | Self::FailureRate | Self::Stream(StreamFigure::TokenRate, _) => {
                Dimension::PerSecond
            }
            Self::Response(_) | Self::Stream(..) => Dimension::Time,
            Self::FailRatio => Dimension::Share,
            Self::Requests
            | Self::Failures
            | Self::Cut
            | Self::Unreported
            | Self::Lost
            | Self::Streamed(_) => Dimension::Count,
        }
    }

    /// Of the account of the run, which knows no names.
    pub fn is_of_the_whole_run(self) -> bool {
        matches!(self, Self::Cut | Self::Unreported | Self::Lost)
    }

    /// Of streamed answers, which have rows of their own.
    pub fn is_of_streams(self) -> bool {
        matches!(self, Self::Stream(..) | Self::Streamed(_))
    }
}

impl Statistic {
    /// `p(95)` is what k6 writes.
    fn named(word: &str) -> Option<Self> {
        if let Some((_, statistic)) = STATISTICS.iter().find(|(known, _)| *known == word) {
            return Some(*statistic);
        }
        let digits = word.strip_prefix('p')?;
        let bare = digits
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'));
        let digits = bare.unwrap_or(digits);
        let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        let percent: f64 = digits.parse().ok().filter(|_| is_number)?;
        (percent <= 100.0).then_some(Self::Percentile(percent))
    }

    fn word(self) -> String {
        let row = STATISTICS.iter().find(|(_, known)| *known == self);
        match (self, row) {
            (Self::Percentile(percent), _) => format!("p{percent}"),
            (_, row) => row.map_or_else(String::new, |(word, _)| (*word).to_owned()),
        }
    }
}

impl StreamCount {
    pub fn of(self, row: &StreamRow) -> u64 {
        let counts = &row.counts;
        match self {
            Self::Streams => counts.streams,
            Self::Events => counts.events,
            Self::Reconnections => counts.reconnections,
            Self::Tokens => counts.tokens,
        }
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
        let percentile = |percent| Some(Metric::Response(Statistic::Percentile(percent)));
        for (word, percent) in [
            ("p95", 95.0),
            ("p99.9", 99.9),
            ("p100", 100.0),
            ("p(9)", 9.0),
        ] {
            assert_eq!(Metric::named(word), percentile(percent), "{word}");
        }
        for word in [
            "p101", "p", "p9x", "p-1", "p.5", "pinf", "p1.2.3", "P95", "p(95", "p95)", "p()",
        ] {
            assert_eq!(Metric::named(word), None, "{word}");
        }
    }

    #[test]
    fn figures_of_streams_stand_before_a_point_as_the_csv_file_calls_them() {
        for figure in StreamFigure::ALL {
            for statistic in ["p99.9", "avg", "min", "max"] {
                let word = format!("{}.{statistic}", figure.name());
                let metric = Metric::named(&word).expect("a metric");
                assert_eq!((metric.word(), metric.is_of_streams()), (word, true));
                let is_time = metric.dimension() == Dimension::Time;
                assert_eq!(is_time, figure.is_time(), "{figure:?}");
            }
        }
        for word in [
            "gap",
            "gap.",
            "gap.p",
            "gap.rps",
            ".p95",
            "Gap.p95",
            "first.p95",
        ] {
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

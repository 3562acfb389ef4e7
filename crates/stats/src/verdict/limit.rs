//! What one `--fail-if` says, read: the figure, whose it is, the comparison, and whether to stop the run for it.
use std::time::Duration;

use super::metric::Metric;

/// The run fails when the comparison is true.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    pub metric: Metric,
    pub of: Selector,
    pub comparison: Comparison,
    /// In the unit the metric is kept in: milliseconds, a fraction, per second, a count.
    pub value: f64,
    /// From this moment of the run on it is judged each second, and the run stops when it is crossed.
    pub abort_after: Option<Duration>,
    /// As it was written.
    pub text: String,
    /// The same the other way round, as reports say it: what has to be true for the run to pass.
    pub requirement: String,
}

/// Which entries are meant; without name and method the whole run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    pub name: Option<String>,
    pub method: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Above,
    AtLeast,
    Below,
    AtMost,
    Equal,
    Unequal,
}

impl Selector {
    pub fn is_everything(&self) -> bool {
        self.name.is_none() && self.method.is_none()
    }

    pub fn matches(&self, name: &str, method: &str) -> bool {
        let is = |wanted: &Option<String>, actual: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == actual)
        };
        is(&self.name, name) && is(&self.method, method)
    }

    /// For sentences: `GET /x`, `/x`, `all GET`, `the run`. A name that one would overlook stands in quotes.
    pub fn shown(&self) -> String {
        let seen = |text: &Option<String>| text.as_deref().map(quoted_if_odd);
        match (seen(&self.method), seen(&self.name)) {
            (Some(method), Some(name)) => format!("{method} {name}"),
            (None, Some(name)) => name,
            (Some(method), None) => format!("all {method}"),
            (None, None) => "the run".to_owned(),
        }
    }
}

fn quoted_if_odd(text: &str) -> String {
    if text.is_empty() || text != text.trim() {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}

impl Comparison {
    /// Longer signs first: `>=` begins with `>`.
    pub const SIGNS: &[(&str, Self)] = &[
        (">=", Self::AtLeast),
        ("<=", Self::AtMost),
        ("==", Self::Equal),
        ("!=", Self::Unequal),
        (">", Self::Above),
        ("<", Self::Below),
    ];

    /// The sign of what is true where this is not.
    pub fn sign_of_opposite(self) -> char {
        match self {
            Self::Above => '≤',
            Self::AtLeast => '<',
            Self::Below => '≥',
            Self::AtMost => '>',
            Self::Equal => '≠',
            Self::Unequal => '=',
        }
    }

    #[expect(
        clippy::float_cmp,
        reason = "`==` and `!=` are for counts, which are whole"
    )]
    pub fn holds(self, figure: f64, value: f64) -> bool {
        match self {
            Self::Above => figure > value,
            Self::AtLeast => figure >= value,
            Self::Below => figure < value,
            Self::AtMost => figure <= value,
            Self::Equal => figure == value,
            Self::Unequal => figure != value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_differ_where_figures_are_equal() {
        for (sign, of_less, of_equal, of_more) in [
            (">", false, false, true),
            (">=", false, true, true),
            ("<", true, false, false),
            ("<=", true, true, false),
            ("==", false, true, false),
            ("!=", true, false, true),
        ] {
            let named = Comparison::SIGNS.iter().find(|(known, _)| *known == sign);
            let (_, comparison) = named.expect(sign);
            let found = [1.0, 2.0, 3.0].map(|figure| comparison.holds(figure, 2.0));
            assert_eq!(found, [of_less, of_equal, of_more], "{sign}");
        }
    }

    #[test]
    fn a_selector_matches_what_it_names_and_says_so() {
        let selector = |name: Option<&str>, method: Option<&str>| Selector {
            name: name.map(str::to_owned),
            method: method.map(str::to_owned),
        };
        for (name, method, is_everything, matched, shown) in [
            (None, None, true, [true, true, true], "the run"),
            (Some("/a"), None, false, [true, true, false], "/a"),
            (None, Some("GET"), false, [true, false, true], "all GET"),
            (
                Some("/a"),
                Some("GET"),
                false,
                [true, false, false],
                "GET /a",
            ),
            (Some(""), None, false, [false; 3], "\"\""),
            (Some(" b"), Some("PUT"), false, [false; 3], "PUT \" b\""),
        ] {
            let selector = selector(name, method);
            assert_eq!(selector.is_everything(), is_everything);
            let rows = [("/a", "GET"), ("/a", "POST"), ("/b", "GET")];
            assert_eq!(
                rows.map(|(name, method)| selector.matches(name, method)),
                matched
            );
            assert_eq!(selector.shown(), shown);
        }
    }
}

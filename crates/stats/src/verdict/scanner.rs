//! Reads an expression from left to right and knows at each moment where it stands: what is wrong with an expression
//! is reported with the column it is wrong at.
use std::fmt;

/// Why an expression cannot be obeyed, and where. Shown on one line; `pointer` gives the two lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub expression: String,
    /// In characters, the first is 1.
    pub column: usize,
    pub expected: String,
    /// Nothing at the end of the expression.
    pub found: Option<String>,
}

impl Problem {
    /// The expression, and a caret below the place.
    pub fn pointer(&self) -> String {
        format!("  {}\n  {:>2$}", self.expression, "^", self.column)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            expression,
            column,
            expected,
            ..
        } = self;
        match &self.found {
            Some(found) => write!(
                f,
                "expected {expected} instead of `{found}` at column {column} of `{expression}`"
            ),
            None => write!(f, "expected {expected} at the end of `{expression}`"),
        }
    }
}

impl std::error::Error for Problem {}

/// A text and a place in it.
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// How far it has come, to take the text between two places.
    pub fn place(&self) -> usize {
        self.at
    }

    pub fn since(&self, place: usize) -> &'a str {
        &self.text[place..self.at]
    }

    pub fn go_back(&mut self, place: usize) {
        self.at = place;
    }

    pub fn skip_spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    pub fn take_while(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// One character, whatever it is.
    pub fn take(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Steps over `wanted` if it comes next.
    pub fn takes(&mut self, wanted: &str) -> bool {
        let is_next = self.rest().starts_with(wanted);
        if is_next {
            self.at += wanted.len();
        }
        is_next
    }

    /// What is wrong at `place`; the found text reaches to the next space.
    pub fn problem_at(&self, place: usize, expected: impl Into<String>) -> Problem {
        let found = self.text[place..]
            .split(char::is_whitespace)
            .next()
            .unwrap_or_default();
        Problem {
            expression: self.text.to_owned(),
            column: self.text[..place].chars().count() + 1,
            expected: expected.into(),
            found: (!found.is_empty()).then(|| found.to_owned()),
        }
    }

    pub fn problem(&self, expected: impl Into<String>) -> Problem {
        self.problem_at(self.at, expected)
    }
}

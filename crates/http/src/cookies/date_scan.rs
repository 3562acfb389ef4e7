//! Reads the parts of a date, one after another.

/// What is left to read.
pub(crate) struct Scan<'a>(&'a str);

impl<'a> Scan<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self(text)
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let count = self
            .0
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        digits.parse().ok()
    }

    /// Blanks, a dash or a slash.
    pub(crate) fn separator(&mut self) -> Option<()> {
        let rest = self
            .0
            .strip_prefix(['-', '/'])
            .unwrap_or_else(|| self.0.trim_start());
        let moved = rest.len() < self.0.len();
        self.0 = rest;
        moved.then_some(())
    }

    pub(crate) fn word(&mut self) -> Option<&'a str> {
        let end = self
            .0
            .find(|char: char| !char.is_alphanumeric() && char != '_')
            .unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    pub(crate) fn blanks(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// `hour:minute[:second]` after blanks or a colon, or nothing.
    pub(crate) fn clock(&mut self) -> (i64, i64, i64) {
        let start = self.0;
        let rest = start
            .strip_prefix(':')
            .unwrap_or_else(|| start.trim_start());
        if rest.len() == start.len() {
            return (0, 0, 0);
        }
        self.0 = rest;
        let hour = self.digits(1, 2);
        let minute = hour
            .and_then(|_| self.colon())
            .and_then(|()| self.digits(2, 2));
        let (Some(hour), Some(minute)) = (hour, minute) else {
            self.0 = start;
            return (0, 0, 0);
        };
        let before_seconds = self.0;
        let second = self.colon().and_then(|()| self.digits(2, 2));
        if second.is_none() {
            self.0 = before_seconds;
        }
        (hour, minute, second.unwrap_or(0))
    }

    fn colon(&mut self) -> Option<()> {
        self.0 = self.0.strip_prefix(':')?;
        Some(())
    }

    /// A number with or without a sign, or letters that are not AM or PM.
    pub(crate) fn zone(&mut self) -> Option<&'a str> {
        let signed = usize::from(self.0.starts_with(['+', '-']));
        let digits = self.0[signed..]
            .bytes()
            .take(4)
            .take_while(u8::is_ascii_digit)
            .count();
        let letters = self.0.bytes().take_while(u8::is_ascii_alphabetic).count();
        let length = if digits >= 2 {
            signed + digits
        } else {
            letters
        };
        let (zone, rest) = self.0.split_at(length);
        if zone.is_empty() || zone.eq_ignore_ascii_case("am") || zone.eq_ignore_ascii_case("pm") {
            return None;
        }
        self.0 = rest;
        Some(zone)
    }

    pub(crate) fn comment(&mut self) {
        if let Some((word, rest)) = self
            .0
            .strip_prefix('(')
            .and_then(|inner| inner.split_once(')'))
            && !word.is_empty()
            && word
                .chars()
                .all(|char| char.is_alphanumeric() || char == '_')
        {
            self.0 = rest.trim_start();
        }
    }
}

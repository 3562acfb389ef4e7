//! A `datetime` in a message: a map with two keys, as Locust writes it.

/// The key that makes a map a date.
pub const MARK: &str = "__datetime__";
/// The key under which its text stands.
pub const TEXT: &str = "as_str";

/// A moment of the proleptic Gregorian calendar, of no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub microsecond: u32,
}

impl Date {
    /// Of `20260102T03:04:05.000006`; nothing where that names no moment.
    pub fn read(text: &str) -> Option<Self> {
        let (days, time) = text.split_once('T')?;
        let (time, fraction) = time.split_once('.')?;
        let [hour, minute, second] = three(time, ':')?;
        if days.len() != 8 || fraction.len() != 6 {
            return None;
        }
        let date = Self {
            year: i32::try_from(number(days.get(..4)?)?).ok()?,
            month: small(days.get(4..6)?)?,
            day: small(days.get(6..)?)?,
            hour: small(hour)?,
            minute: small(minute)?,
            second: small(second)?,
            microsecond: number(fraction)?,
        };
        date.is_real().then_some(date)
    }

    /// As `read` takes it.
    pub fn text(&self) -> String {
        format!(
            "{:04}{:02}{:02}T{:02}:{:02}:{:02}.{:06}",
            self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond
        )
    }

    fn is_real(&self) -> bool {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let days = match self.month {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u8::from(leap),
            _ => 31,
        };
        self.year > 0
            && (1..=12).contains(&self.month)
            && (1..=days).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60
    }
}

fn three(text: &str, between: char) -> Option<[&str; 3]> {
    let parts: Vec<_> = text.split(between).collect();
    parts.try_into().ok()
}

fn small(text: &str) -> Option<u8> {
    (text.len() == 2)
        .then(|| number(text))?
        .and_then(|n| u8::try_from(n).ok())
}

fn number(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_it_was_read_and_what_is_none_is_refused() {
        let text = "20240229T23:59:05.000006";
        assert_eq!(
            Date::read(text).map(|date| date.text()).as_deref(),
            Some(text)
        );
        for wrong in [
            "",
            "20250229T00:00:00.000000",
            "20260102T24:00:00.000000",
            "20260102T03:04:05",
            "20260102T03:04:05.+00006",
            "2026é102T03:04:05.000006",
            "00000101T00:00:00.000000",
            "2026010203:04:05.000006",
        ] {
            assert_eq!(Date::read(wrong), None, "{wrong}");
        }
    }
}

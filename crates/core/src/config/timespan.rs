//! Time spans as Locust writes them: `90`, `20s`, `3m`, `1h30m10s`; whole seconds only.

use std::time::Duration;

/// The text is no time span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time span: write 90, 20s, 3m, 2h, 1h20m or 3h30m10s")]
pub struct NotATimespan;

/// Reads plain digits as seconds, else hours, minutes and seconds in that order, each of them optional.
///
/// # Errors
/// Anything else: the empty text, spaces, signs, fractions, upper case, days, another order.
pub fn parse_timespan(text: &str) -> Result<Duration, NotATimespan> {
    if let Some(seconds) = number(text) {
        return Ok(Duration::from_secs(seconds));
    }
    let mut rest = text;
    let mut seconds: u64 = 0;
    for (unit, length) in [('h', 3600), ('m', 60), ('s', 1)] {
        if let Some((amount, after)) = rest.split_once(unit)
            && let Some(amount) = number(amount)
        {
            seconds = amount
                .checked_mul(length)
                .and_then(|part| seconds.checked_add(part))
                .ok_or(NotATimespan)?;
            rest = after;
        }
    }
    if text.is_empty() || !rest.is_empty() {
        Err(NotATimespan)
    } else {
        Ok(Duration::from_secs(seconds))
    }
}

fn number(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_locust_reads() {
        let pairs = [
            ("90", 90),
            ("1h", 3600),
            ("1h20m", 4800),
            ("3h30m10s", 12610),
            ("10m5s", 605),
            ("0", 0),
            ("0s", 0),
        ];
        for (text, seconds) in pairs {
            assert_eq!(
                parse_timespan(text),
                Ok(Duration::from_secs(seconds)),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_what_locust_refuses() {
        for text in [
            "",
            "5s10m",
            "1h30",
            "1d",
            " 5",
            "5 ",
            "5S",
            "1.5s",
            "-5",
            "h",
            "1hm",
            "99999999999999999999",
        ] {
            assert_eq!(parse_timespan(text), Err(NotATimespan), "{text}");
        }
    }
}

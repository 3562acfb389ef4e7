//! Dates of cookies, read as loosely as Python's `http.cookiejar.http2time` reads them.

use super::date_scan::Scan;

/// Seconds since 1970, or `None` for what Python does not take for a date. `this_year` decides
/// the century of years of two digits.
pub(crate) fn seconds(text: &str, this_year: i64) -> Option<i64> {
    let text = without_weekday(text.trim_start());
    let mut scan = Scan::new(text);
    let day = scan.digits(1, 2)?;
    scan.separator()?;
    let month = scan.word()?;
    scan.separator()?;
    let year = scan.digits(1, 9)?;
    let (hour, minute, second) = scan.clock();
    scan.blanks();
    let zone = scan.zone();
    scan.blanks();
    scan.comment();
    if !scan.is_at_end() || year > 9999 {
        return None;
    }
    let year = if year < 1000 {
        nearest_century(year, this_year)
    } else {
        year
    };
    let utc = to_seconds(year, month_number(month)?, day, hour, minute, second)?;
    Some(utc - zone_offset(zone)?)
}

fn without_weekday(text: &str) -> &str {
    const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let is_day = text
        .get(..3)
        .is_some_and(|start| DAYS.contains(&start.to_ascii_lowercase().as_str()));
    if !is_day {
        return text;
    }
    let rest = text[3..].trim_start_matches(|char: char| char.is_ascii_alphabetic());
    rest.strip_prefix(',').unwrap_or(rest).trim_start()
}

fn month_number(word: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let lower = word.to_lowercase();
    let named = MONTHS
        .iter()
        .position(|month| *month == lower)
        .and_then(|index| i64::try_from(index + 1).ok());
    named.or_else(|| {
        lower
            .parse()
            .ok()
            .filter(|number| (1..=12).contains(number))
    })
}

fn nearest_century(year: i64, this_year: i64) -> i64 {
    let within = this_year % 100;
    let candidate = year + this_year - within;
    match within - year {
        later if later > 50 => candidate + 100,
        earlier if earlier < -50 => candidate - 100,
        _ => candidate,
    }
}

fn zone_offset(zone: Option<&str>) -> Option<i64> {
    let Some(zone) = zone else { return Some(0) };
    let upper = zone.to_ascii_uppercase();
    if matches!(upper.as_str(), "GMT" | "UTC" | "UT" | "Z") {
        return Some(0);
    }
    let digits = upper.trim_start_matches(['+', '-']);
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // One or two digits of hours; minutes only as a pair.
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits, "0"),
        3 => digits.split_at(1),
        _ => digits.split_at(2),
    };
    let offset = 3600 * hours.parse::<i64>().ok()? + 60 * minutes.parse::<i64>().ok()?;
    Some(if upper.starts_with('-') {
        -offset
    } else {
        offset
    })
}

/// As `calendar.timegm`: a day beyond the month's end runs on into the next.
fn to_seconds(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> Option<i64> {
    let is_fit = year >= 1970
        && (1..=31).contains(&day)
        && (0..=24).contains(&hour)
        && (0..=59).contains(&minute)
        && (0..=61).contains(&second);
    is_fit.then(|| ((days_before(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second)
}

/// Days from 1970-01-01 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5;
    shifted_year * 365 + shifted_year / 4 - shifted_year / 100 + shifted_year / 400 + day_of_year
        - 719_468
}

/// The year of a moment, for `seconds`.
pub(crate) fn year_of(seconds: i64) -> i64 {
    let mut year = 1970 + seconds / (366 * 86400);
    while days_before(year + 1, 1) * 86400 <= seconds {
        year += 1;
    }
    year
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `http.cookiejar.http2time` of Python 3.11 said in 2026.
    fn assert_as_python(rows: &[(&str, Option<i64>)]) {
        for (text, expected) in rows {
            assert_eq!(seconds(text, 2026), *expected, "{text}");
        }
    }

    #[test]
    fn days_and_times_are_counted_as_python_counts_them() {
        assert_as_python(&[
            ("Wed, 09 Feb 2033 22:23:32 GMT", Some(1_991_600_612)),
            ("1 Jan 1970", Some(0)),
            ("31 Dec 1969", None),
            ("1 Jan 1971 00:00:01", Some(31_536_001)),
            ("29 Feb 2024", Some(1_709_164_800)),
            ("1 Mar 2024", Some(1_709_251_200)),
            ("1 Mar 2100", Some(4_107_542_400)),
            ("1 Mar 2000", Some(951_868_800)),
            ("31 Dec 2001 23:59:59", Some(1_009_843_199)),
            ("30 Feb 2025", Some(1_740_873_600)),
            ("31 Jan 9999", Some(253_373_356_800)),
            ("1 Jan 10000", None),
            ("1 Jan 1000", None),
            ("0 Jan 2030", None),
            ("32 Jan 2030", None),
            ("31 Jan 2030", Some(1_896_048_000)),
            ("1 Jan 2030 24:00", Some(1_893_542_400)),
            ("1 Jan 2030 25:00", None),
            ("1 Jan 2030 23:59", Some(1_893_542_340)),
            ("1 Jan 2030 23:60", None),
            ("1 Jan 2030 00:00:61", Some(1_893_456_061)),
            ("1 Jan 2030 00:00:62", None),
            ("1 0 2030", None),
            ("1 1 2030", Some(1_893_456_000)),
            ("1 12 2030", Some(1_922_313_600)),
            ("1 13 2030", None),
            ("1 JAN 2030", Some(1_893_456_000)),
            ("1 January 2030", None),
        ]);
    }

    #[test]
    fn years_of_two_digits_are_near() {
        assert_as_python(&[
            ("1 Jan 76", Some(3_345_062_400)),
            ("1 Jan 77", Some(220_924_800)),
            ("1 Jan 75", Some(3_313_526_400)),
            ("1 Jan 26", Some(1_767_225_600)),
            ("1 Jan 0", Some(946_684_800)),
            ("1 Jan 99", Some(915_148_800)),
            ("1 Jan 126", Some(1_767_225_600)),
        ]);
    }

    #[test]
    fn zones_move_the_time_and_comments_do_not() {
        for (zone, expected) in [
            ("+0130", Some(1_893_486_600)),
            ("-0130", Some(1_893_497_400)),
            ("+01", Some(1_893_488_400)),
            ("+130", Some(1_893_486_600)),
            ("UTC", Some(1_893_492_000)),
            ("ut", Some(1_893_492_000)),
            ("Z", Some(1_893_492_000)),
            ("EST", None),
            ("+1", None),
            ("AM", None),
            ("(x)", Some(1_893_492_000)),
            ("GMT (x_1) ", Some(1_893_492_000)),
            ("()", None),
            ("(a b)", None),
            ("GMT x", None),
            ("+12345", None),
            ("ABC", None),
            ("-", None),
        ] {
            assert_as_python(&[(&format!("1 Jan 2030 10:00:00 {zone}"), expected)]);
        }
    }

    #[test]
    fn dates_are_taken_in_many_shapes() {
        assert_as_python(&[
            ("1-Jan-30", Some(1_893_456_000)),
            ("1/Jan/30:1:02", Some(1_893_459_720)),
            ("1  Jan  2030", Some(1_893_456_000)),
            ("Monday 1 Jan 2030", Some(1_893_456_000)),
            ("Mon,1 Jan 2030", Some(1_893_456_000)),
            ("  Mon, 1 Jan 2030  ", Some(1_893_456_000)),
            ("1 Jan 2030 GMT", Some(1_893_456_000)),
            ("1 Jan 2030 10:00 GMT", Some(1_893_492_000)),
            ("1 Jan 2030 10:00:00GMT", Some(1_893_492_000)),
            ("1 Jan 2030 10:00:00+0100", Some(1_893_488_400)),
        ]);
    }

    #[test]
    fn what_python_does_not_take_is_no_date() {
        for text in [
            "Mo, 1 Jan 2030",
            "1/Jan/30 1:02:3",
            "1 Jan 30 1:2",
            "1 Jan 30 :1:02",
            "1Jan30",
            "1 Jan",
            "100 Jan 2030",
            "1--Jan-2030",
            "1 Jan 2030 x",
            "1 Jan 2030 -",
            "1 Jan 2030 1",
            "1 Jan 2030 pm",
        ] {
            assert_eq!(seconds(text, 2026), None, "{text}");
        }
    }

    #[test]
    fn a_year_begins_with_its_first_second() {
        for (moment, year) in [
            (0, 1970),
            (31_535_999, 1970),
            (31_536_000, 1971),
            (1_735_689_599, 2024),
            (1_735_689_600, 2025),
            (4_102_444_799, 2099),
            (4_102_444_800, 2100),
        ] {
            assert_eq!(year_of(moment), year, "{moment}");
        }
    }

    #[test]
    fn a_zone_is_a_name_for_utc_or_a_number() {
        assert_eq!(zone_offset(None), Some(0));
        for zone in ["gmt", "utc", "ut", "z"] {
            assert_eq!(zone_offset(Some(zone)), Some(0), "{zone}");
        }
        for (zone, offset) in [("1", 3600), ("+01", 3600), ("-130", -5400), ("0130", 5400)] {
            assert_eq!(zone_offset(Some(zone)), Some(offset), "{zone}");
        }
        for zone in ["est", "+", "+a1", "12345"] {
            assert_eq!(zone_offset(Some(zone)), None, "{zone}");
        }
    }
}

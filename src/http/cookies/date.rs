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

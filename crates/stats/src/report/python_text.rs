//! Values as Python prints them: floats as `repr`, times as Locust writes them, texts as the json module does. Files
//! are compared with Locust's byte by byte, so the spelling is part of the format.
use std::collections::TryReserveError;
use std::fmt::Write as _;

use rlocust_core::model::Number;

/// Python's `repr` of a float: the shortest digits that read back the same, an exponent below 1e-4 and from 1e16.
pub fn float(value: f64) -> String {
    let mut text = String::new();
    push_float(&mut text, value);
    text
}

/// The same, at the end of a text.
pub fn push_float(text: &mut String, value: f64) {
    if value == 0.0 || (1e-4..1e16).contains(&value.abs()) {
        // Python's digits also where two of the shortest are equally near, as for a mean over 16 384 requests: it takes
        // the even one, which Rust's own spelling does not heed.
        text.push_str(zmij::Buffer::new().format_finite(value));
    } else if value.is_nan() {
        text.push_str("nan");
    } else if value.is_infinite() {
        text.push_str(if value > 0.0 { "inf" } else { "-inf" });
    } else {
        push_with_exponent(text, value);
    }
}

/// Below 1e-4 or from 1e16. The digits come from where the others do, which begins with exponents only below 1e-5.
fn push_with_exponent(text: &mut String, value: f64) {
    if value < 0.0 {
        text.push('-');
    }
    let mut buffer = zmij::Buffer::new();
    let spelled = buffer.format_finite(value.abs());
    // Writing to a String cannot fail.
    if let Some((mantissa, exponent)) = spelled.split_once('e') {
        let mantissa = mantissa.strip_suffix(".0").unwrap_or(mantissa);
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { '-' } else { '+' };
        write!(text, "{mantissa}e{sign}{:02}", exponent.abs()).unwrap_or_default();
    } else {
        let (first, rest) = spelled.trim_start_matches(['0', '.']).split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        write!(text, "{first}{point}{rest}e-05").unwrap_or_default();
    }
}

pub fn number(value: Number) -> String {
    let mut text = String::new();
    push_number(&mut text, value);
    text
}

/// The same, at the end of a text.
pub fn push_number(text: &mut String, value: Number) {
    match value {
        Number::Whole(whole) => write!(text, "{whole}").unwrap_or_default(),
        Number::Real(real) => push_float(text, real),
    }
}

/// A number in JSON as Python's json module writes it, words for what is no number included.
pub fn json_number(value: Number) -> String {
    match value {
        Number::Real(real) if real.is_nan() => "NaN".to_owned(),
        Number::Real(real) if real.is_infinite() => {
            if real > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
        }
        other => number(other),
    }
}

/// A JSON string in ASCII, as Python's json module writes it.
pub fn json_text(text: &str) -> String {
    let mut quoted = String::new();
    push_json_text(&mut quoted, text).expect("there is room for a name once more");
    quoted
}

/// The same, at the end of a text. What was written before stays where there is no room for all of it.
pub fn push_json_text(out: &mut String, text: &str) -> Result<(), TryReserveError> {
    let mut rest = text;
    out.try_reserve(1)?;
    out.push('"');
    loop {
        let (plain, others) = rest.split_at(plain_length(rest.as_bytes()));
        out.try_reserve(plain.len() + LONGEST_ESCAPE)?;
        out.push_str(plain);
        let Some(escaped) = others.chars().next() else {
            out.push('"');
            return Ok(());
        };
        for unit in escaped.encode_utf16(&mut [0; 2]) {
            push_json_escape(out, *unit);
        }
        rest = &others[escaped.len_utf8()..];
    }
}

/// Of a character beyond 16 bits: two units of six.
const LONGEST_ESCAPE: usize = 12;

/// How many bytes at the start stand for themselves in a JSON string.
fn plain_length(bytes: &[u8]) -> usize {
    let are_plain = |chunk: &&[u8]| (chunk.iter()).fold(true, |all, byte| all & is_plain(*byte));
    let chunks = bytes.chunks_exact(16).take_while(are_plain).count();
    let rest = &bytes[chunks * 16..];
    chunks * 16 + rest.iter().take_while(|byte| is_plain(**byte)).count()
}

fn is_plain(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\'
}

fn push_json_escape(out: &mut String, unit: u16) {
    let short = match unit {
        0x22 => '"',
        0x5c => '\\',
        0x0a => 'n',
        0x0d => 'r',
        0x09 => 't',
        0x08 => 'b',
        0x0c => 'f',
        _ => 'u',
    };
    out.push('\\');
    out.push(short);
    if short == 'u' {
        let digit = |shift: u16| char::from(b"0123456789abcdef"[usize::from(unit >> shift & 15)]);
        out.extend([12, 8, 4, 0].map(digit));
    }
}

/// Unix seconds as `2026-11-21T05:03:51Z`, fractions cut off.
pub fn utc(unix_seconds: f64) -> String {
    // Python keeps microseconds, rounded; the text then leaves them out.
    let seconds = ((unix_seconds * 1e6).round_ties_even() / 1e6).floor() as i64;
    let (days, in_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (in_day / 3600, in_day / 60 % 60, in_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Back again; nothing of a text that `utc` does not write.
pub fn unix_seconds(utc: &str) -> Option<f64> {
    let (date, time) = utc.strip_suffix('Z')?.split_once('T')?;
    let numbers = |text: &str, mark: char| -> Option<[i64; 3]> {
        let parts: Vec<i64> = text
            .splitn(3, mark)
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        parts.try_into().ok()
    };
    let ([year, month, day], [hour, minute, second]) = (numbers(date, '-')?, numbers(time, ':')?);
    let is_date =
        (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let days = is_date.then(|| day_number(year, month, day))?;
    Some((days * 86_400 + hour * 3600 + minute * 60 + second) as f64)
}

/// The inverse of `civil`.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a day counted from 1970-01-01, by the Gregorian calendar: years begin in March here, so
/// that the leap day is the last of its year.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn floats_read_as_python_prints_them() {
        let seen = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (2.628_923_599_991_14, "2.62892359999114"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e22, "1.5e+22"),
            (0.1 + 0.2, "0.30000000000000004"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (8_388_609.0 / 16_384.0, "512.0000610351562"),
            (-1e16, "-1e+16"),
            (-0.0001, "-0.0001"),
            (0.000_099_999_999_999_999_99, "9.999999999999999e-05"),
            (0.0001, "0.0001"),
            (0.000_012_3, "1.23e-05"),
            (-0.000_01, "-1e-05"),
            (0.000_009_9, "9.9e-06"),
            (10.000_01, "10.00001"),
            (209.0 / 2_097_152.0, "9.965896606445312e-05"),
            (1e-323, "1e-323"),
            (f64::INFINITY, "inf"),
        ];
        for (value, text) in seen {
            assert_eq!(float(value), text);
        }
    }

    fn spelled() -> impl Strategy<Value = f64> {
        let ratio = (0_i64..1_000_000, 1_i64..100_000_000);
        prop_oneof![
            (1010_u64..1076, 0_u64..1 << 52)
                .prop_map(|(exponent, rest)| f64::from_bits(exponent << 52 | rest)),
            -1e16_f64..1e16,
            -1e-3_f64..1e-3,
            ratio.prop_map(|(count, micros)| count as f64 * 1e6 / micros as f64),
            (0_i64..1 << 53).prop_map(|whole| whole as f64),
            (0_i64..1 << 24).prop_map(|whole| whole as f64 / 16_384.0),
            (0_i64..100_000_000).prop_map(|millis| millis as f64 / 1000.0),
        ]
    }

    #[test]
    fn only_what_is_written_here_is_read_as_a_time() {
        for text in [
            "",
            "2026-11-21",
            "2026-13-21T05:03:51Z",
            "x-11-21T05:03:51Z",
            "2026-11-21T05:03Z",
        ] {
            assert_eq!(unix_seconds(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn a_time_that_was_written_is_read_as_the_same(seconds in -62_135_596_800_i64..253_402_300_800) {
            prop_assert_eq!(unix_seconds(&utc(seconds as f64)), Some(seconds as f64));
        }

        /// With as many digits as Rust needs to read the value back, but rounded to the even one in the middle.
        #[test]
        fn floats_are_spelled_with_the_fewest_digits_and_the_nearest(value in spelled()) {
            let rust = format!("{value:e}");
            let (digits, exponent) = rust.split_once('e').expect("an exponent");
            let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            let text = float(value);
            if value == 0.0 || (1e-4..1e16).contains(&value.abs()) {
                let places = decimals.saturating_sub_signed(exponent.parse().expect("a number")).max(1);
                prop_assert_eq!(text, format!("{value:.places$}"));
            } else {
                let (mantissa, _) = text.split_once('e').expect("an exponent");
                let nearest = format!("{value:.decimals$e}");
                prop_assert_eq!(mantissa, nearest.split_once('e').expect("an exponent").0);
                prop_assert_eq!(text.parse().map(f64::to_bits), Ok(value.to_bits()));
            }
        }
    }

    #[test]
    fn texts_are_quoted_as_python_quotes_them() {
        assert_eq!(
            json_text("a\"\\\n\u{7f}é😀\u{1}"),
            "\"a\\\"\\\\\\n\\u007f\\u00e9\\ud83d\\ude00\\u0001\""
        );
    }

    #[test]
    fn times_are_utc() {
        assert_eq!(utc(0.0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_400.0), "2000-02-29T00:00:00Z");
        assert_eq!(utc(1_795_240_431.999_999_9), "2026-11-21T05:53:52Z");
        assert_eq!(utc(4_107_542_399.5), "2100-02-28T23:59:59Z");
    }

    #[test]
    fn what_is_no_number_has_pythons_words_in_json() {
        let of = |real: f64| json_number(Number::Real(real));
        assert_eq!(of(f64::NAN), "NaN");
        assert_eq!(of(f64::INFINITY), "Infinity");
        assert_eq!(of(f64::NEG_INFINITY), "-Infinity");
        assert_eq!(of(-0.5), "-0.5");
    }
}

//! Sizes as people write them: `1073741824`, `512K`, `100MB`, `1GiB`.

/// The text is no size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a size: write 1000000, 512K, 100MB or 1GiB")]
pub struct NotASize;

/// Bytes, by their unit: `K`, `M` and `G`, alone or as `KiB`, count by 1024, `KB` and the like by 1000, in any case.
///
/// # Errors
/// Anything else: the empty text, no byte at all, signs, fractions, more than a signed number holds.
pub fn parse_size(text: &str) -> Result<i64, NotASize> {
    let end = text.find(|sign: char| !sign.is_ascii_digit());
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let number: i64 = number.parse().map_err(|_| NotASize)?;
    let size = number.checked_mul(unit_of(unit).ok_or(NotASize)?);
    size.filter(|size| *size > 0).ok_or(NotASize)
}

fn unit_of(unit: &str) -> Option<i64> {
    let unit = unit.to_ascii_lowercase();
    let (power, base) = match unit.as_str() {
        "" | "b" => (0, 1),
        "k" | "kib" => (1, 1024),
        "m" | "mib" => (2, 1024),
        "g" | "gib" => (3, 1024),
        "kb" => (1, 1000),
        "mb" => (2, 1000),
        "gb" => (3, 1000),
        _ => return None,
    };
    Some(i64::pow(base, power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_the_units_that_people_write() {
        for (text, bytes) in [
            ("1", 1),
            ("10b", 10),
            ("2K", 2048),
            ("2kib", 2048),
            ("2KB", 2000),
            ("3M", 3 << 20),
            ("3MB", 3_000_000),
            ("1GiB", 1 << 30),
            ("1gb", 1_000_000_000),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in [
            "",
            "0",
            "0K",
            "-1",
            "1.5G",
            "1T",
            "G",
            "1 G",
            "9999999999G",
            "1GG",
        ] {
            assert_eq!(parse_size(text), Err(NotASize), "{text}");
        }
    }
}

//! The strings of a JSON text: where they end, and what their escapes stand for.
use std::borrow::Cow;

/// The string whose opening quote ends before `at`, and where the text goes on behind it. Nothing for what Python refuses,
/// and for lone surrogates, which only Python has in a text.
pub fn string(text: &str, at: usize) -> Option<(Cow<'_, [u8]>, usize)> {
    // As bytes, which need no look at where characters end.
    let rest = text.as_bytes().get(at..)?;
    let (plain, others) = rest.split_at(plain_length(rest));
    let end = at + plain.len();
    match others.first()? {
        b'"' => Some((Cow::Borrowed(plain), end + 1)),
        b'\\' => unescaped(text, end, &text[at..end]),
        _ => None, // a control character
    }
}

#[cold]
fn unescaped<'a>(text: &'a str, mut at: usize, plain: &str) -> Option<(Cow<'a, [u8]>, usize)> {
    let mut unescaped = String::new();
    push(&mut unescaped, plain)?;
    loop {
        match text.as_bytes().get(at)? {
            b'"' => return Some((Cow::Owned(unescaped.into_bytes()), at + 1)),
            b'\\' => {
                let (character, length) = escape(&text.as_bytes()[at + 1..])?;
                push(&mut unescaped, character.encode_utf8(&mut [0; 4]))?;
                at += 1 + length;
            }
            _ => return None,
        }
        let end = at + plain_length(&text.as_bytes()[at..]);
        push(&mut unescaped, &text[at..end])?;
        at = end;
    }
}

fn push(text: &mut String, more: &str) -> Option<()> {
    text.try_reserve(more.len()).ok()?;
    text.push_str(more);
    Some(())
}

/// What stands behind a backslash, and its length.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    let character = match bytes.first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return of_units(bytes),
        _ => return None,
    };
    Some((character, 1))
}

/// One unit of UTF-16, or two that belong together.
fn of_units(bytes: &[u8]) -> Option<(char, usize)> {
    let first = unit(bytes)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some((character, 5));
    }
    let second = unit(bytes.get(5..)?.strip_prefix(b"\\")?)?;
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((character, 11))
}

/// `u` and four digits.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(unit << 4 | digit as u16)
    })
}

/// How many bytes come before the first quote, backslash or control character.
fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let ends = ends(u64::from_le_bytes(*word));
        if ends != 0 {
            return at * 8 + ends.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..b' ');
    words.len() * 8 + rest.iter().take_while(is_plain).count()
}

/// The highest bit of each byte that is a quote, a backslash or a control character. Right up to the first of them: a
/// borrow may spoil those behind it.
fn ends(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let (quotes, backslashes) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5c));
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
    (controls | is_zero(quotes) | is_zero(backslashes)) & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_at_its_quote_wherever_that_stands() {
        for length in 0..40 {
            for filling in ["a", "é", "\u{7f}", "\u{ffff}", "😀"] {
                let text = format!("\"{}\" \"", filling.repeat(length));
                let (string, end) = string(&text, 1).expect("a string");
                assert_eq!(*string, *filling.repeat(length).as_bytes());
                assert_eq!(end, text.len() - 2);
            }
        }
    }

    #[test]
    fn control_characters_and_missing_quotes_are_refused() {
        for length in 0..20 {
            for end in [
                "\n\"",
                "\0\"",
                "\u{1f}\"",
                "",
                "\\",
                "\\x\"",
                "\\u12g4\"",
                "\\u+123\"",
            ] {
                assert_eq!(string(&format!("\"{}{end}", "a".repeat(length)), 1), None);
            }
        }
    }

    #[test]
    fn escapes_are_read_as_python_reads_them() {
        let text = r#""a\"\\\/\b\f\n\r\té\uD83d\ude00z\u0000\uffff" rest"#;
        let (read, end) = string(text, 1).expect("a string");
        let expected = "a\"\\/\u{8}\u{c}\n\r\té😀z\0\u{ffff}";
        assert_eq!(*read, *expected.as_bytes());
        assert_eq!(&text[end..], " rest");
    }

    #[test]
    fn lone_surrogates_are_left_to_python() {
        for text in [
            r"\ud83d",
            r"\ude00",
            r"\ud83dx",
            r"\ud83d\n",
            r"\ud83d\ud83d",
            r"\ude00\ud83d",
        ] {
            assert_eq!(string(&format!("\"{text}\""), 1), None, "{text}");
        }
    }
}

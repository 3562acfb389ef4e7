//! Python's `repr` of a text, as it stands in argparse's messages.

use std::fmt::Write as _;

/// Quotes like Python: single quotes unless only those occur inside; escapes for what is not printable.
pub fn python_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        push_escaped(&mut out, character, quote);
    }
    out.push(quote);
    out
}

fn push_escaped(out: &mut String, character: char, quote: char) {
    match character {
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c == quote => {
            out.push('\\');
            out.push(c);
        }
        c if (c as u32) < 0x20 || (0x7f..0xa1).contains(&(c as u32)) || c == '\u{ad}' => {
            write!(out, "\\x{:02x}", c as u32).ok(); // a String takes everything
        }
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::python_repr;

    #[test]
    fn quotes_as_python_does() {
        assert_eq!(python_repr("x"), "'x'");
        assert_eq!(python_repr("it's"), "\"it's\"");
        assert_eq!(python_repr("it's \"x\""), "'it\\'s \"x\"'");
        assert_eq!(python_repr("a\nb\\\x01\u{a0}ä"), "'a\\nb\\\\\\x01\\xa0ä'");
    }
}

//! Python's `repr` of a text: in argparse's messages, and in the keys of error rows, which are Locust's.
use std::fmt::Write as _;

/// A text as Python's `repr` prints it. Exact for everything but rare unprintable characters outside the
/// common blocks, where only the grouping of a mixed cluster could notice.
pub fn python_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut repr = String::with_capacity(text.len() + 2);
    repr.push(quote);
    for character in text.chars() {
        push_escaped(&mut repr, character, quote);
    }
    repr.push(quote);
    repr
}

fn push_escaped(repr: &mut String, character: char, quote: char) {
    let code = u32::from(character);
    let written = match character {
        '\\' => repr.write_str("\\\\"),
        '\n' => repr.write_str("\\n"),
        '\r' => repr.write_str("\\r"),
        '\t' => repr.write_str("\\t"),
        c if c == quote => write!(repr, "\\{c}"),
        c if is_printable(c) => repr.write_char(c),
        _ if code < 0x100 => write!(repr, "\\x{code:02x}"),
        _ if code < 0x1_0000 => write!(repr, "\\u{code:04x}"),
        _ => write!(repr, "\\U{code:08x}"),
    };
    written.unwrap_or_default();
}

fn is_printable(character: char) -> bool {
    let is_space = character.is_whitespace() && character != ' ';
    !is_space
        && !character.is_control()
        && !matches!(character,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..)
}

#[cfg(test)]
mod tests {
    use super::python_repr;

    #[test]
    fn quotes_as_python_does() {
        assert_eq!(python_repr("x"), "'x'");
        assert_eq!(python_repr("it's"), "\"it's\"");
        assert_eq!(python_repr("'\""), r#"'\'"'"#);
        assert_eq!(python_repr("it's \"x\""), "'it\\'s \"x\"'");
    }

    #[test]
    fn what_cannot_be_printed_is_escaped() {
        assert_eq!(python_repr("a\nb\\\x01\u{a0}ä"), "'a\\nb\\\\\\x01\\xa0ä'");
        assert_eq!(
            python_repr("a\n\u{1}\u{a0}é\u{200b}"),
            "'a\\n\\x01\\xa0é\\u200b'"
        );
    }
}

//! How much of a text a row keeps. Suites put whole answers into errors and names; the events carry them in full, the
//! sums, the files and the memory of a run need not.
use std::borrow::Cow;

use rlocust_core::model::without_user_info;

/// The name of the row of all names that have none of their own; its method is empty.
pub const OVERFLOW_NAME: &str = "(more names than --max-names: the others are counted here)";
/// Bytes of an error up to which its row may keep it whole.
const LONGEST_WHOLE: usize = 64 << 10;
/// Characters kept of an error that is longer, or that comes when all rows together keep too much.
const MOST_OF_ERROR: usize = 4096;
/// Characters kept of a name or a method.
const MOST_OF_NAME: usize = 2048;
/// What the end of a shortened text says after its length.
const UNIT: &str = " characters)";

/// An error as its row keeps it while there is room. Shortened errors of one length and one beginning share a row.
pub fn kept_error(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST_WHOLE {
        return text.into();
    }
    shortened_error(text)
}

/// The same where there is none.
pub fn shortened_error(text: &str) -> Cow<'_, str> {
    kept(text, MOST_OF_ERROR)
}

/// A name or method as its row keeps it: a URL without the user and the password in it.
pub fn kept_name(name: &str) -> Cow<'_, str> {
    match bare_name(name) {
        Cow::Borrowed(name) => kept(name, MOST_OF_NAME),
        Cow::Owned(name) => Cow::Owned(kept(&name, MOST_OF_NAME).into_owned()),
    }
}

/// A name without the user and the password of the URL that it may be. Nearly every name is a path, which costs one look.
pub fn bare_name(name: &str) -> Cow<'_, str> {
    if name.contains('@') && name.contains("://") {
        return without_user_info(name);
    }
    name.into()
}

/// Whether a text was shortened here, as far as it shows.
pub(super) fn is_shortened(text: &str) -> bool {
    let Some(rest) = text.strip_suffix(UNIT) else {
        return false;
    };
    let rest = rest.trim_end_matches(|digit: char| digit.is_ascii_digit());
    rest.ends_with("… (")
}

/// The text itself where it is short enough, which a shortened one is.
fn kept(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return text.into();
    }
    let length = text.chars().count();
    if length <= most {
        return text.into();
    }
    let end = format!("… ({length}{UNIT}");
    let room = most - end.chars().count();
    let cut = text.char_indices().nth(room).map_or(0, |(at, _)| at);
    format!("{}{end}", &text[..cut]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_enough_stays_and_what_is_not_says_its_length() {
        let longest = "ü".repeat(MOST_OF_ERROR);
        assert_eq!(shortened_error(&longest), longest);
        let longer = longest + "ü";
        let shortened = shortened_error(&longer).into_owned();
        assert_eq!(shortened.chars().count(), MOST_OF_ERROR);
        assert!(shortened.starts_with("üüü") && shortened.ends_with("ü… (4097 characters)"));
        assert_eq!(shortened_error(&shortened), shortened);
        assert!(is_shortened(&shortened) && !is_shortened("(3 characters)"));
    }

    #[test]
    fn a_url_loses_its_user_and_password_and_no_other_name_does() {
        assert_eq!(
            kept_name("http://me:secret@host/a?b=c@d"),
            "http://host/a?b=c@d"
        );
        for name in [
            "/a?mail=me@host",
            "me@host",
            "http://host/@me",
            "GET user@host //x",
        ] {
            assert_eq!(kept_name(name), name);
        }
    }

    #[test]
    fn an_error_of_64_kib_is_whole_and_a_longer_one_is_not() {
        let longest = "x".repeat(LONGEST_WHOLE);
        assert_eq!(kept_error(&longest), longest);
        assert_eq!(
            kept_error(&(longest + "x")).len(),
            MOST_OF_ERROR + "…".len() - 1
        );
    }
}

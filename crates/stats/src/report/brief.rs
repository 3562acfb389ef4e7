//! Texts and times as short as they may be. Keeps a summary short enough for a comment: GitHub takes 65,536 characters, whatever names a run had. The tables that
//! use this count their rows so that even the longest names, every character escaped, stay below that.

/// Characters of a name or of a judgement.
const LONGEST: usize = 120;
/// Of these, how many of its end are kept: by their ends names and figures are known.
const END: usize = 39;

/// The text, or its beginning and its end with `…` between.
pub fn shortened(text: &str) -> String {
    let count = text.chars().count();
    if count <= LONGEST {
        return text.to_owned();
    }
    let beginning = text.chars().take(LONGEST - 1 - END);
    let end = text.chars().skip(count - END);
    beginning.chain(['…']).chain(end).collect()
}

/// At most `most` of the rows; if that is not all, those that come first by `order`, and then in that order.
/// With them, what is left out.
pub fn foremost<T, K: Ord>(
    mut rows: Vec<T>,
    most: usize,
    order: impl Fn(&T) -> K,
) -> (Vec<T>, Vec<T>) {
    if rows.len() <= most {
        return (rows, Vec::new());
    }
    rows.sort_by_key(order);
    let left_out = rows.split_off(most);
    (rows, left_out)
}

/// Milliseconds with three digits that mean something, as our exact ledger has: `0.31`, `12.4`, `412`.
pub fn milliseconds(time: f64) -> String {
    let places = match time {
        0.0 => 0,
        ..0.1 => 3,
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{time:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_both_their_ends() {
        let long = format!("{}é1", "n".repeat(1000));
        let short = shortened(&long);
        assert_eq!(short.chars().count(), LONGEST);
        assert!(short.starts_with("nnn") && short.ends_with("né1") && short.contains('…'));
        assert_eq!(shortened(&"é".repeat(LONGEST)), "é".repeat(LONGEST));
    }

    #[test]
    fn small_times_are_not_zero() {
        let shown = [0.0, 0.007, 0.31, 1.234, 12.34, 412.3, 1500.0].map(milliseconds);
        let texts = ["0", "0.007", "0.31", "1.23", "12.3", "412", "1500"];
        assert_eq!(shown, texts);
    }

    #[test]
    fn rows_keep_their_order_unless_some_are_left_out() {
        let rows = || vec![3, 1, 2];
        assert_eq!(foremost(rows(), 3, |row| *row), (vec![3, 1, 2], vec![]));
        assert_eq!(foremost(rows(), 2, |row| *row), (vec![1, 2], vec![3]));
    }
}

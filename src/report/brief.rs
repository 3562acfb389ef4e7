//! Keeps a summary short enough for a comment: GitHub takes 65,536 characters, whatever names a run had. The tables that
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
    fn rows_keep_their_order_unless_some_are_left_out() {
        let rows = || vec![3, 1, 2];
        assert_eq!(foremost(rows(), 3, |row| *row), (vec![3, 1, 2], vec![]));
        assert_eq!(foremost(rows(), 2, |row| *row), (vec![1, 2], vec![3]));
    }
}

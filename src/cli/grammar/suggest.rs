//! "Did you mean": the known option closest to a mistyped one, measured as Python's difflib does, so that both
//! parsers say the same.

use std::collections::HashMap;

use super::removed_options;

const CUTOFF: f64 = 0.6;

/// The lines after a complaint about unknown arguments: the first of them that resembles a known option speaks, then
/// each that was an option once.
pub fn did_you_mean(unknown: &[String], known: &[&str]) -> Option<String> {
    let found = unknown
        .iter()
        .find_map(|argument| closest(argument, known))
        .map(|option| format!("Did you mean '{option}'?"));
    let lines: Vec<_> = found
        .into_iter()
        .chain(removed_options::hint(unknown))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The known word with the highest ratio of at least 0.6; of equals the last in text order, as a heap of pairs gives.
pub fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let scored = known
        .iter()
        .map(|candidate| (ratio(candidate, word), *candidate));
    scored
        .filter(|(score, _)| *score >= CUTOFF)
        .max_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal))
        .map(|(_, candidate)| candidate)
}

/// Twice the matched characters over all characters (Ratcliff and Obershelp).
fn ratio(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.is_empty() && b.is_empty() {
        return 1.0;
    }
    let mut places: HashMap<char, Vec<usize>> = HashMap::new();
    for (index, character) in b.iter().enumerate() {
        places.entry(*character).or_default().push(index);
    }
    2.0 * matched(&a, &places, 0..a.len(), 0..b.len()) as f64 / (a.len() + b.len()) as f64
}

type Span = std::ops::Range<usize>;

fn matched(
    a: &[char],
    places: &HashMap<char, Vec<usize>>,
    within_a: Span,
    within_b: Span,
) -> usize {
    let (start_a, start_b, length) = longest(a, places, &within_a, &within_b);
    if length == 0 {
        return 0;
    }
    length
        + matched(a, places, within_a.start..start_a, within_b.start..start_b)
        + matched(
            a,
            places,
            start_a + length..within_a.end,
            start_b + length..within_b.end,
        )
}

/// The longest common run, the earliest in `a`, then the earliest in `b`.
fn longest(
    a: &[char],
    places: &HashMap<char, Vec<usize>>,
    within_a: &Span,
    within_b: &Span,
) -> (usize, usize, usize) {
    let mut best = (within_a.start, within_b.start, 0);
    let mut runs: HashMap<usize, usize> = HashMap::new();
    for i in within_a.clone() {
        let mut next = HashMap::new();
        for &j in places.get(&a[i]).map_or(&[][..], Vec::as_slice) {
            if !within_b.contains(&j) {
                continue;
            }
            let run = 1 + j
                .checked_sub(1)
                .and_then(|before| runs.get(&before))
                .copied()
                .unwrap_or(0);
            next.insert(j, run);
            if run > best.2 {
                best = (i + 1 - run, j + 1 - run, run);
            }
        }
        runs = next;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_difflibs() {
        assert!((ratio("abcd", "bcde") - 0.75).abs() < 1e-12);
        assert!((ratio("--headless", "--hedless") - 0.947_368_421).abs() < 1e-6);
        assert!(ratio("abc", "xyz").abs() < 1e-12);
        // Runs on both sides of the longest one, and the earliest of equal ones: `difflib` says how many match.
        for (a, b, matching) in [
            ("--run-time", "--time-run", 6),
            ("--spawn-rate", "--spwan-rates", 11),
            ("--csv-full-history", "--csv-history-full", 13),
            ("abcabc", "xabcyabcz", 6),
            ("aabbaab", "abab", 4),
            ("ab", "abab", 2),
            ("abab", "ab", 2),
        ] {
            let exact = 2.0 * f64::from(matching) / (a.len() + b.len()) as f64;
            assert!((ratio(a, b) - exact).abs() < 1e-12, "{a} {b}");
        }
    }

    #[test]
    fn only_a_close_word_is_suggested() {
        let known = ["--headless", "--headful", "--host", "-H"];
        assert_eq!(closest("--hedless", &known), Some("--headless"));
        assert_eq!(closest("--zzz", &known), None);
        let unknown = ["--headlessx=3".to_owned()];
        assert_eq!(
            did_you_mean(&unknown, &known).as_deref(),
            Some("Did you mean '--headless'?")
        );
    }
}

//! Reads the text format in which Prometheus' exporters show their figures: one sample a line,
//! `name{label="value",…} number [time]`; comments and what is malformed are passed over.
//! See <https://prometheus.io/docs/instrumenting/exposition_formats/>.

/// One line of the page.
#[derive(Debug, PartialEq)]
pub struct Reading<'a> {
    pub name: &'a str,
    labels: &'a str,
    pub value: f64,
}

impl<'a> Reading<'a> {
    /// The value of a label, quotes taken off, escapes left as they stand.
    pub fn label(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.labels;
        while let Some((name, after)) = rest.split_once("=\"") {
            let end = closing_quote(after)?;
            if name.trim_start_matches([',', ' ']).trim_end() == wanted {
                return Some(&after[..end]);
            }
            rest = &after[end + 1..];
        }
        None
    }
}

/// All samples of a page, in its order.
pub fn readings(page: &str) -> impl Iterator<Item = Reading<'_>> {
    page.lines().filter_map(reading)
}

fn reading(line: &str) -> Option<Reading<'_>> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let (name, labels, rest) = if let Some((name, rest)) = line.split_once('{') {
        let end = closing_brace(rest)?;
        (name, &rest[..end], &rest[end + 1..])
    } else {
        let (name, rest) = line.split_once(char::is_whitespace)?;
        (name, "", rest)
    };
    let value = rest.split_whitespace().next()?.parse().ok()?;
    Some(Reading {
        name: name.trim(),
        labels,
        value,
    })
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| match letter {
        '"' if !escaped => Some(at),
        _ => {
            escaped = letter == '\\' && !escaped;
            None
        }
    })
}

fn closing_brace(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.char_indices().find_map(|(at, letter)| {
        match letter {
            '}' if !quoted => return Some(at),
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = letter == '\\' && !escaped;
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    use proptest::prelude::*;
    use rlocust_testing::cost_budget::assert_linear;

    #[test]
    fn a_page_is_read_line_by_line() {
        let page = "# HELP a b\na 1\nb{x=\"1\", y=\"} \\\" \"} 2.5 1700000000\nbroken{x=\"\nc NaN\n\nd x\n";
        let all: Vec<_> = readings(page).collect();
        assert_eq!(
            all.iter().map(|r| r.name).collect::<Vec<_>>(),
            ["a", "b", "c"]
        );
        assert_eq!(all[1].label("y"), Some("} \\\" "));
        assert_eq!((all[1].label("x"), all[1].label("z")), (Some("1"), None));
        assert!(all[2].value.is_nan());
    }

    #[test]
    fn a_page_costs_what_its_bytes_cost() {
        for part in [
            "a 1\n",
            "a{b=\"c\"} 1\n",
            "a{",
            "a=\"\",",
            "\\\"",
            "\"",
            "}",
            " ",
        ] {
            for start in ["", "a{", "a{b=\""] {
                // Whole parts: a page that ends within one is another page.
                let many = |size: usize| part.repeat(size / part.len());
                let make = |size| format!("{start}{}\"}} 1", many(size)).into_bytes();
                assert_linear(&format!("{part:?} behind {start:?}"), make, |input| {
                    let page = std::str::from_utf8(input).expect("text");
                    let labels = readings(page).filter_map(|reading| reading.label("z"));
                    black_box(labels.count());
                });
            }
        }
    }

    proptest! {
        #[test]
        fn no_page_makes_the_reader_panic(page in "[a-z{}=\",\\\\ 0-9.\n#]{0,200}") {
            for reading in readings(&page) {
                let _ = reading.label("a");
            }
        }
    }
}

//! Options that are declared and not obeyed yet. A part that lands takes its lines away here; nothing else refuses, and
//! the help marks no others. Those of the web interface and of distributed runs that only shape them are ignored, not
//! refused: they often stand in configuration files.

use super::option::Opt;
use super::rows::{master, web, worker};
use super::table::options;
use crate::config::Value;

const DISTRIBUTED: &str = "distributed runs, which are not in this version yet";

/// By destination, what the option needs.
const MISSING: &[(&str, &str)] = &[
    ("master", DISTRIBUTED),
    ("worker", DISTRIBUTED),
    ("processes", DISTRIBUTED),
    (
        "html_file",
        "HTML reports, which are not in this version yet",
    ),
];

/// Among the options of the web interface, those that have a meaning without it.
const WITHOUT_WEB: &[&str] = &["headless", "headful"];

/// Whether the option does nothing in this version, refused or ignored.
pub fn is_missing(option: &Opt) -> bool {
    let is_of = |rows: &[Opt]| rows.iter().any(|row| row.dest == option.dest);
    MISSING.iter().any(|(dest, _)| *dest == option.dest)
        || is_of(master::OPTIONS)
        || is_of(worker::OPTIONS)
        || is_of(web::OPTIONS) && !WITHOUT_WEB.contains(&option.dest)
}

/// The help of an option, with a mark where it does nothing yet.
pub fn help_of(option: &Opt) -> String {
    if is_missing(option) {
        format!("{} [not in this version yet]", option.help)
    } else {
        option.help.to_owned()
    }
}

/// The sentence that refuses the first option in use that this version does not obey yet.
pub fn refusal(value_of: &dyn Fn(&str) -> Option<Value>) -> Option<String> {
    let table = options();
    MISSING.iter().find_map(|(dest, what)| {
        let option: &Opt = table.iter().find(|option| option.dest == *dest)?;
        let is_used = value_of(dest)? != Value::from(option.preset);
        is_used.then(|| format!("{} needs {what}", option.long()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_an_option_of_the_table() {
        for (dest, _) in MISSING {
            assert!(
                options().iter().any(|option| option.dest == *dest),
                "{dest}"
            );
        }
    }

    #[test]
    fn an_option_of_a_later_version_is_refused_by_name() {
        let Some((dest, what)) = MISSING.first() else {
            return;
        };
        let used = |asked: &str| (asked == *dest).then(|| Value::Text("in use".to_owned()));
        let refused = refusal(&used).expect("a refusal");
        assert!(
            refused.starts_with("--") && refused.ends_with(what),
            "{refused}"
        );
        let preset = |asked: &str| {
            options()
                .iter()
                .find(|o| o.dest == asked)
                .map(|o| Value::from(o.preset))
        };
        assert_eq!(refusal(&preset), None);
    }
}

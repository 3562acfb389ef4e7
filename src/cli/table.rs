//! The whole table: groups in the order of the help, and the questions asked of it.

use super::option::{Kind, Opt};
use super::rows::{
    common, logging, master, monitoring, network, other, positional, stats, tags, verdict, web,
    worker,
};

/// Options that stand together in the help.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    pub title: &'static str,
    pub about: &'static str,
    pub options: &'static [Opt],
}

pub const GROUPS: &[Group] = &[
    Group {
        title: "Common options",
        about: "",
        options: common::OPTIONS,
    },
    Group {
        title: "Web UI options",
        about: "",
        options: web::OPTIONS,
    },
    Group {
        title: "Master options",
        about: "For the process that leads a distributed run; it waits for workers and runs no users itself.",
        options: master::OPTIONS,
    },
    Group {
        title: "Worker options",
        about: "For processes that run users for a master. Users, rate and run time come from the master.",
        options: worker::OPTIONS,
    },
    Group {
        title: "Tag options",
        about: "For tasks marked with the @tag decorator.",
        options: tags::OPTIONS,
    },
    Group {
        title: "Request statistics options",
        about: "",
        options: stats::OPTIONS,
    },
    Group {
        title: "Monitoring options",
        about: "",
        options: monitoring::OPTIONS,
    },
    Group {
        title: "Verdict options",
        about: "When a run fails, and where that is reported; see docs/verdicts.md and docs/exit-codes.md.",
        options: verdict::OPTIONS,
    },
    Group {
        title: "Logging options",
        about: "",
        options: logging::OPTIONS,
    },
    Group {
        title: "Network options",
        about: "",
        options: network::OPTIONS,
    },
    Group {
        title: "Other options",
        about: "",
        options: other::OPTIONS,
    },
    Group {
        title: "User classes",
        about: "",
        options: positional::OPTIONS,
    },
];

/// Every row, in the order of the help: also the order of `environment.parsed_options`.
pub fn options() -> Vec<Opt> {
    GROUPS
        .iter()
        .flat_map(|group| group.options.iter().copied())
        .collect()
}

/// The rows read before the locustfile is imported. Help and version are plain switches there: the caller decides.
pub fn preliminary_options() -> Vec<Opt> {
    let switch = |option: Opt| option.kind(Kind::Flag);
    vec![
        switch(common::HELP),
        switch(other::VERSION),
        common::LOCUSTFILE,
        common::CONFIG,
        worker::WORKER,
        master::MASTER,
        worker::MASTER_HOST,
        worker::MASTER_PORT,
        master::SECRET,
        master::SECRET_FILE,
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cli::locust_options;

    #[test]
    fn every_option_of_locusts_stands_in_the_table() {
        let table = options();
        for dest in locust_options::DESTINATIONS {
            assert!(table.iter().any(|option| option.dest == *dest), "{dest}");
        }
    }

    #[test]
    fn no_flag_and_no_destination_stands_twice() {
        let mut seen = BTreeSet::new();
        for option in options() {
            assert!(seen.insert(option.dest), "{} twice", option.dest);
            for flag in option.flags {
                assert!(seen.insert(flag), "{flag} twice");
            }
        }
    }

    #[test]
    fn every_shown_option_explains_itself_without_a_final_period() {
        for option in options().iter().filter(|option| !option.hidden) {
            assert!(!option.help.is_empty(), "{}", option.name());
            assert!(!option.help.ends_with('.'), "{}", option.name());
        }
    }
}

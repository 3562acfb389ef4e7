//! Tag options: which tasks take part.

use crate::cli::option::{Kind, Opt};

pub const OPTIONS: &[Opt] = &[
    Opt::text(
        &["-T", "--tags"],
        "tags",
        "<tag>",
        "Run only tasks that carry at least one of these tags",
    )
    .kind(Kind::Words)
    .env("LOCUST_TAGS"),
    Opt::text(
        &["-E", "--exclude-tags"],
        "exclude_tags",
        "<tag>",
        "Leave out tasks that carry any of these tags",
    )
    .kind(Kind::Words)
    .env("LOCUST_EXCLUDE_TAGS"),
];

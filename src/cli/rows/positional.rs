//! The positional: which user classes take part.

use crate::cli::option::{Kind, Opt, Preset};

pub const OPTIONS: &[Opt] = &[Opt::text(
    &[],
    "user_classes",
    "<UserClass1 UserClass2>",
    "Run only these user classes. The variable LOCUST_USER_CLASSES may name them too [default: all]",
)
.kind(Kind::Words)
.preset(Preset::NoWords)];

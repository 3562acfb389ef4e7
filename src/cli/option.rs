//! What one row of the option table says, and the few words to write such a row with.

use super::locust_options;
use rlocust_core::config::Value;

/// One option, or the positional when `flags` is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opt {
    /// The attribute of `environment.parsed_options`; user code reads it, so it is Locust's.
    pub dest: &'static str,
    /// In the order messages name them.
    pub flags: &'static [&'static str],
    pub env: Option<&'static str>,
    pub kind: Kind,
    pub preset: Preset,
    pub metavar: Option<&'static str>,
    pub help: &'static str,
    pub hidden: bool,
}

/// How a value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Help,
    Version,
    Flag,
    Text,
    Integer,
    /// An integer of at least one.
    PositiveInteger,
    /// A finite number above zero.
    Rate,
    /// `90`, `20s`, `1h30m`: whole seconds.
    Timespan,
    /// `1000000`, `512K`, `1GiB`: bytes.
    Size,
    /// A level of Python's logging, in any case.
    Level,
    /// Any number of words, up to the next option.
    Words,
    /// A limit, refused where it is none; may be given several times.
    FailIf,
    /// A bound on the scheduling lag, the same.
    MaxLag,
    /// One word each time; the option may stand again and again.
    Repeated,
    /// Any number of JSON texts or `*.json` paths, each a list of objects.
    UserSettings,
    /// Gone since an older Locust: using it explains what took its place.
    Removed {
        takes_value: bool,
        hint: &'static str,
    },
}

/// The value without any source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    None,
    False,
    Integer(i64),
    Text(&'static str),
    NoWords,
}

impl From<Preset> for Value {
    fn from(preset: Preset) -> Self {
        match preset {
            Preset::None => Self::None,
            Preset::False => Self::Flag(false),
            Preset::Integer(number) => Self::Integer(number),
            Preset::Text(text) => Self::Text(text.to_owned()),
            Preset::NoWords => Self::Words(Vec::new()),
        }
    }
}

impl Opt {
    const fn new(
        flags: &'static [&'static str],
        dest: &'static str,
        kind: Kind,
        preset: Preset,
    ) -> Self {
        Self {
            dest,
            flags,
            env: None,
            kind,
            preset,
            metavar: None,
            help: "",
            hidden: false,
        }
    }

    /// A switch: absent is false.
    pub(in crate::cli) const fn flag(
        flags: &'static [&'static str],
        dest: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            help,
            ..Self::new(flags, dest, Kind::Flag, Preset::False)
        }
    }

    /// A text that may be absent.
    pub(in crate::cli) const fn text(
        flags: &'static [&'static str],
        dest: &'static str,
        metavar: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            help,
            metavar: Some(metavar),
            ..Self::new(flags, dest, Kind::Text, Preset::None)
        }
    }

    /// A text that may be given again and again.
    pub(in crate::cli) const fn repeated(
        flags: &'static [&'static str],
        dest: &'static str,
        metavar: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            kind: Kind::Repeated,
            ..Self::text(flags, dest, metavar, help)
        }
    }

    /// A whole number that may be absent.
    pub(in crate::cli) const fn integer(
        flags: &'static [&'static str],
        dest: &'static str,
        metavar: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            kind: Kind::Integer,
            ..Self::text(flags, dest, metavar, help)
        }
    }

    /// An option that has gone; `hint` says what to use instead.
    pub(in crate::cli) const fn removed(
        flags: &'static [&'static str],
        dest: &'static str,
        takes_value: bool,
        hint: &'static str,
    ) -> Self {
        Self::new(
            flags,
            dest,
            Kind::Removed { takes_value, hint },
            Preset::None,
        )
        .hidden()
    }

    pub(in crate::cli) const fn env(mut self, name: &'static str) -> Self {
        self.env = Some(name);
        self
    }

    pub(in crate::cli) const fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    pub(in crate::cli) const fn preset(mut self, preset: Preset) -> Self {
        self.preset = preset;
        self
    }

    pub(in crate::cli) const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    pub fn is_positional(&self) -> bool {
        self.flags.is_empty()
    }

    /// Whether Locust has no such option: then it must be in nobody's way who wrote for Locust.
    pub fn is_own(&self) -> bool {
        !locust_options::DESTINATIONS.contains(&self.dest)
    }

    /// How messages call it: `-f/--locustfile`.
    pub fn name(&self) -> String {
        if self.is_positional() {
            return self.metavar.unwrap_or(self.dest).to_owned();
        }
        self.flags.join("/")
    }

    /// The long spelling, or whatever there is.
    pub fn long(&self) -> &'static str {
        let long = self.flags.iter().find(|flag| flag.starts_with("--"));
        long.or(self.flags.first()).copied().unwrap_or(self.dest)
    }

    /// Whether each use adds a word to those before.
    pub fn is_repeatable(&self) -> bool {
        matches!(self.kind, Kind::Repeated | Kind::FailIf | Kind::MaxLag)
    }

    /// Whether a file or a variable may set it to a list.
    pub fn takes_lists(&self) -> bool {
        self.takes() == Takes::Any || self.is_repeatable()
    }

    /// Whether its value is the name of a file or a folder, to be taken to the letter.
    pub fn names_a_file(&self) -> bool {
        matches!(self.metavar, Some("<filename>" | "<folder>"))
    }

    pub fn takes(&self) -> Takes {
        match self.kind {
            Kind::Help
            | Kind::Version
            | Kind::Flag
            | Kind::Removed {
                takes_value: false, ..
            } => Takes::Nothing,
            Kind::Words | Kind::UserSettings => Takes::Any,
            _ => Takes::One,
        }
    }
}

/// How many arguments follow an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    One,
    Any,
}

//! What a run is told: the grammar of time spans, of configuration files and of settings for user classes. Where the
//! values come from and which source wins is `cli`'s business.

mod conf_file;
mod timespan;
mod user_settings;

pub use conf_file::{Entry, Setting, UnexpectedLine, list, parse_conf};
pub use timespan::{NotATimespan, parse_timespan};
pub use user_settings::{NotUserSettings, parse_user_settings};

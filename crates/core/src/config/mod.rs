//! What a run is: its settings, typed, and the facts reported about it; the grammar of time spans, of sizes, of configuration files
//! and of settings for user classes. Where the values come from and which source wins is `cli`'s business.

mod conf_file;
mod facts;
pub mod settings;
mod size;
mod timespan;
mod user_settings;
mod value;

pub use conf_file::{Entry, Setting, UnexpectedLine, list, parse_conf};
pub use facts::{Place, RunFacts, Script};
pub use settings::{
    FileSettings, LimitSettings, LoadSettings, MetricsSettings, RunSettings, StatisticsSettings,
    TargetSettings,
};
pub use size::{NotASize, parse_size};
pub use timespan::{NotATimespan, parse_timespan};
pub use user_settings::{NotUserSettings, parse_user_settings};
pub use value::Value;

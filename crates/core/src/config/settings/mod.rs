//! The settings of a run, typed: a struct for each part of a run, its fields read from the option table's values by the
//! destinations that stand beside them, handed on as one struct. Read when the outputs of a run are wired, and once
//! more for the reports at its end: until then suites and Locust's defaults may change the namespace.

pub mod field;
mod files;
pub(crate) mod group;
mod limits;
mod load;
mod metrics;
mod run;
mod statistics;
mod target;

pub use files::FileSettings;
pub use limits::LimitSettings;
pub use load::LoadSettings;
pub use metrics::MetricsSettings;
pub use run::RunSettings;
pub use statistics::StatisticsSettings;
pub use target::TargetSettings;

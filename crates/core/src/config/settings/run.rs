//! The settings of a run as a whole.

use super::files::FileSettings;
use super::limits::LimitSettings;
use super::load::LoadSettings;
use super::metrics::MetricsSettings;
use super::statistics::StatisticsSettings;
use super::target::TargetSettings;
use crate::config::value::Value;

/// Everything that a run and its outputs are to obey.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunSettings {
    pub load: LoadSettings,
    pub target: TargetSettings,
    pub files: FileSettings,
    pub limits: LimitSettings,
    pub metrics: MetricsSettings,
    pub statistics: StatisticsSettings,
}

impl RunSettings {
    /// From the values of the options; those of `statistics` are constants of `locust.stats`.
    pub fn read(value_of: &dyn Fn(&str) -> Value, statistics: StatisticsSettings) -> Self {
        Self {
            load: LoadSettings::read(value_of),
            target: TargetSettings::read(value_of),
            files: FileSettings::read(value_of),
            limits: LimitSettings::read(value_of),
            metrics: MetricsSettings::read(value_of),
            statistics,
        }
    }

    /// The options that are read.
    pub fn destinations() -> impl Iterator<Item = &'static str> {
        let groups = [
            LoadSettings::DESTINATIONS,
            TargetSettings::DESTINATIONS,
            FileSettings::DESTINATIONS,
            LimitSettings::DESTINATIONS,
            MetricsSettings::DESTINATIONS,
        ];
        groups.into_iter().flatten().copied()
    }
}

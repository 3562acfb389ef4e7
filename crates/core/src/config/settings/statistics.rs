//! What `locust.stats` says about figures by constants, which suites may set before a run.

use std::time::Duration;

/// Locust's columns, unless a suite names others.
const PERCENTILES: [f64; 11] = [
    0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0,
];

/// Which figures the tables and files show, and how often files are written.
#[derive(Debug, Clone, PartialEq)]
pub struct StatisticsSettings {
    pub percentiles: Vec<f64>,
    /// Seconds that count for what percentiles are now.
    pub window: i64,
    /// Between two rounds of CSV files.
    pub csv_interval: Duration,
    /// Rounds within this time after the last one that reached the disk wait for the next.
    pub csv_flush_interval: Duration,
    /// A suite's own code writes the CSV files.
    pub is_csv_by_suite: bool,
}

impl Default for StatisticsSettings {
    fn default() -> Self {
        Self {
            percentiles: PERCENTILES.to_vec(),
            window: crate::model::DEFAULT_WINDOW,
            csv_interval: Duration::from_secs(1),
            csv_flush_interval: Duration::from_secs(10),
            is_csv_by_suite: false,
        }
    }
}

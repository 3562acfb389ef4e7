//! The page of figures that others read while a run lasts.

use crate::settings;

settings! {
    /// Where the page is served; nowhere without a port.
    pub struct MetricsSettings {
        "metrics_port" => port: Option<i64>,
        /// This machine alone when empty.
        "metrics_host" => host: String,
    }
}

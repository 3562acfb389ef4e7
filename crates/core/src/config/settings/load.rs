//! What the load of a run is. All of it is reported in the files of the run, so no setting that may hold a secret or
//! names a file belongs here.

use super::group::reported_settings;
use crate::model::Number;

reported_settings! {
    /// Which load, and which tasks make it.
    pub struct LoadSettings {
        /// Users at the peak.
        "num_users" => user_count: Option<Number>,
        /// Users that start per second.
        "spawn_rate" => spawn_rate: Option<Number>,
        /// Seconds.
        "run_time" => run_time: Option<Number>,
        /// Seconds that users have to come to an end.
        "stop_timeout" => stop_timeout: Option<Number>,
        "tags" => tags: Option<Vec<String>>,
        "exclude_tags" => exclude_tags: Option<Vec<String>>,
        /// Whether the figures start anew once all users are there.
        "reset_stats" => resets_stats: bool,
        "equal_weights" => has_equal_weights: bool,
        /// A label that groups runs.
        "profile" => profile: Option<String>,
    }
}

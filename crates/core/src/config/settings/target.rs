//! What is under test.

use crate::settings;

settings! {
    /// What is under test, and where it says how it fares itself.
    pub struct TargetSettings {
        "host" => host: Option<String>,
        /// The address of its own figures.
        "monitor" => monitor: Option<String>,
    }
}

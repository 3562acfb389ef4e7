//! The line that says once a run that servers set more cookies than a jar keeps.
use std::sync::atomic::{AtomicBool, Ordering};

use tracing::warn;

use super::limits::{Excess, LARGEST, MOST_OF_A_DOMAIN, MOST_OF_A_JAR};

/// Whether it was said.
#[derive(Debug, Default)]
pub(crate) struct CookieWarning(AtomicBool);

impl CookieWarning {
    /// Says it, the first time.
    pub(crate) fn say(&self, host: &str, excess: Excess) {
        if self.0.swap(true, Ordering::Relaxed) {
            return;
        }
        let too_many = "more cookies than browsers keep: the first ones went";
        let (limit, message) = match excess {
            Excess::TooLarge => (LARGEST, "a cookie larger than browsers take was not kept"),
            Excess::DomainFull => (MOST_OF_A_DOMAIN, too_many),
            Excess::JarFull => (MOST_OF_A_JAR, too_many),
        };
        warn!(target: "rlocust::http::cookies", host, limit, "{message}");
    }
}

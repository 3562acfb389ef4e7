//! When a run has failed.

use super::group::settings;

settings! {
    /// Limits as they were written; `verdict` reads them.
    pub struct LimitSettings {
        "fail_if" => fail_if: Vec<String>,
        "max_lag" => max_lag: Vec<String>,
        /// 0 means that failed requests are tolerated.
        "exit_code_on_error" => code_of_failures: i64,
    }
}

impl LimitSettings {
    /// Whether anything is to be judged.
    pub fn is_judged(&self) -> bool {
        !self.fail_if.is_empty() || !self.max_lag.is_empty()
    }
}

//! When a run has failed.

use crate::settings;

settings! {
    /// Limits as they were written; `verdict` reads them.
    pub struct LimitSettings {
        "fail_if" => fail_if: Vec<String>,
        "max_lag" => max_lag: Vec<String>,
        "strict" => is_strict: bool,
        /// 0 means that failed requests are tolerated.
        "exit_code_on_error" => code_of_failures: i64,
    }
}

impl LimitSettings {
    /// Whether anything is to be judged.
    pub fn is_judged(&self) -> bool {
        self.is_strict || !self.fail_if.is_empty() || !self.max_lag.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_kind_of_limit_is_judged() {
        let settings = |fail_if: &[&str], max_lag: &[&str]| LimitSettings {
            fail_if: fail_if.iter().map(ToString::to_string).collect(),
            max_lag: max_lag.iter().map(ToString::to_string).collect(),
            ..LimitSettings::default()
        };
        assert!(settings(&["p50>1"], &[]).is_judged());
        assert!(settings(&[], &["50ms"]).is_judged());
        assert!(settings(&["p50>1"], &["50ms"]).is_judged());
        assert!(!settings(&[], &[]).is_judged());
        let strict = LimitSettings {
            is_strict: true,
            ..LimitSettings::default()
        };
        assert!(strict.is_judged());
    }
}

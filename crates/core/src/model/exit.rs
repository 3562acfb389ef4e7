//! The exit codes of a run and their order, in one place; `docs/exit-codes.md` says the same to users. A set-up that
//! fails, a file that cannot be read and a second signal end the process with 1, which is no run's.

use super::judgement::Verdict;

/// The run went well.
pub const FINE: i64 = 0;
/// The command line is wrong; or an error of the script that is no failed request went unhandled.
pub const MISUSED: i64 = 2;
/// A limit of `--fail-if` was crossed, or of `--strict`; or `rlocust compare` found a regression over the limit.
pub const LIMIT_CROSSED: i64 = 3;
/// The generator was late by more than `--max-lag`, or an I/O thread stood still: the figures are not to be trusted.
pub const NOT_TRUSTWORTHY: i64 = 4;

/// What is known when a run ends.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ending {
    /// `environment.process_exit_code`: the suite's own word.
    pub chosen_by_suite: Option<i64>,
    pub verdict: Verdict,
    /// `--exit-code-on-error`, when there were failed requests or exceptions of users.
    pub code_of_failures: Option<i64>,
    /// An exception in a greenlet or a listener that nobody handled.
    pub has_unhandled_errors: bool,
}

impl Ending {
    /// The suite's word, then what the user asked for, then Locust's order (failures, unhandled errors).
    pub fn code(&self) -> i64 {
        if let Some(code) = self.chosen_by_suite {
            return code;
        }
        if self.verdict.is_limit_crossed() {
            return LIMIT_CROSSED;
        }
        if !self.verdict.is_trustworthy() {
            return NOT_TRUSTWORTHY;
        }
        match self.code_of_failures {
            Some(code) => code,
            None if self.has_unhandled_errors => MISUSED,
            None => FINE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::judgement::Judgement;
    use super::*;

    #[test]
    fn the_stronger_reason_decides() {
        let crossed = || {
            vec![Judgement {
                is_crossed: true,
                ..Judgement::default()
            }]
        };
        let mut ending = Ending {
            chosen_by_suite: Some(9),
            verdict: Verdict {
                limits: crossed(),
                lags: crossed(),
            },
            code_of_failures: Some(1),
            has_unhandled_errors: true,
        };
        assert_eq!(ending.code(), 9);
        ending.chosen_by_suite = None;
        assert_eq!(ending.code(), LIMIT_CROSSED);
        ending.verdict.limits.clear();
        assert_eq!(ending.code(), NOT_TRUSTWORTHY);
        ending.verdict.lags.clear();
        assert_eq!(ending.code(), 1);
        ending.code_of_failures = Some(0);
        assert_eq!(ending.code(), FINE, "0 beats 2, as under Locust");
        ending.code_of_failures = None;
        assert_eq!(ending.code(), MISUSED);
        ending.has_unhandled_errors = false;
        assert_eq!(ending.code(), FINE);
    }
}

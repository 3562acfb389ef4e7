//! The exit codes of a run and their order, in one place; `docs/exit-codes.md` tells the same to users.

/// The run went well.
pub const FINE: i64 = 0;
/// The set-up failed, a file could not be read, or a second signal ended the process.
pub const FAILED: i64 = 1;
/// The command line is wrong; or an error of the script that is no failed request went unhandled.
pub const MISUSED: i64 = 2;
/// A limit of `--fail-if` was crossed; or `rlocust compare` found a regression over the limit.
pub const LIMIT_CROSSED: i64 = 3;
/// The generator was late by more than `--max-lag`: the figures are not to be trusted.
pub const NOT_TRUSTWORTHY: i64 = 4;

/// What is known when a run ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ending {
    /// `environment.process_exit_code`: the suite's own word.
    pub chosen_by_suite: Option<i64>,
    pub is_limit_crossed: bool,
    pub is_trustworthy: bool,
    /// Failed requests, or exceptions of users.
    pub has_failures: bool,
    /// `--exit-code-on-error`.
    pub code_of_failures: i64,
    /// An exception in a greenlet or a listener that nobody handled.
    pub has_unhandled_errors: bool,
}

impl Ending {
    /// The suite's word, then what the user asked for, then Locust's order (failures, unhandled errors).
    pub fn code(&self) -> i64 {
        if let Some(code) = self.chosen_by_suite {
            return code;
        }
        if self.is_limit_crossed {
            return LIMIT_CROSSED;
        }
        if !self.is_trustworthy {
            return NOT_TRUSTWORTHY;
        }
        if self.has_failures {
            return self.code_of_failures;
        }
        if self.has_unhandled_errors {
            return MISUSED;
        }
        FINE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stronger_reason_decides() {
        let all = Ending {
            chosen_by_suite: Some(9),
            is_limit_crossed: true,
            is_trustworthy: false,
            has_failures: true,
            code_of_failures: 1,
            has_unhandled_errors: true,
        };
        assert_eq!(all.code(), 9);
        let all = Ending {
            chosen_by_suite: None,
            ..all
        };
        assert_eq!(all.code(), LIMIT_CROSSED);
        let all = Ending {
            is_limit_crossed: false,
            ..all
        };
        assert_eq!(all.code(), NOT_TRUSTWORTHY);
        let all = Ending {
            is_trustworthy: true,
            ..all
        };
        assert_eq!(all.code(), 1);
        assert_eq!(
            Ending {
                code_of_failures: 0,
                ..all
            }
            .code(),
            FINE,
            "0 beats unhandled errors, as under Locust"
        );
        let all = Ending {
            has_failures: false,
            ..all
        };
        assert_eq!(all.code(), MISUSED);
        assert_eq!(
            Ending {
                has_unhandled_errors: false,
                ..all
            }
            .code(),
            FINE
        );
    }
}

//! What became of a limit: made by `verdict`, shown by consoles, reports and summaries.
use std::time::Duration;

/// One limit, judged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judgement {
    /// As the user wrote it.
    pub limit: String,
    /// What is true as long as it is not crossed: `p95 ≤ 500ms`.
    pub requirement: String,
    pub is_crossed: bool,
    /// Milliseconds, a fraction, per second or a count; nothing where there was nothing to judge.
    pub value: Option<f64>,
    /// The figure in words: `p95 of GET /x is 412.3 ms`.
    pub description: String,
    /// How long the run had taken when it was stopped for this limit.
    pub aborted_after: Option<Duration>,
}

impl Judgement {
    /// One line: what was found, what holds or the limit that was crossed, and whether the run was stopped for it.
    pub fn with_limit(&self) -> String {
        let Self {
            description,
            limit,
            requirement,
            ..
        } = self;
        match self.aborted_after {
            _ if !self.is_crossed => format!("{description} ({requirement})"),
            Some(time) => format!(
                "{description} (limit: {limit}); the run was stopped after {} s",
                time.as_secs()
            ),
            None => format!("{description} (limit: {limit})"),
        }
    }
}

/// Everything judged at the end of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// What `--fail-if` says, in that order.
    pub limits: Vec<Judgement>,
    /// What `--max-lag` says, in that order.
    pub lags: Vec<Judgement>,
}

impl Verdict {
    pub fn is_limit_crossed(&self) -> bool {
        self.limits.iter().any(|judgement| judgement.is_crossed)
    }

    /// False when the generator itself was late by more than the user accepts.
    pub fn is_trustworthy(&self) -> bool {
        !self.lags.iter().any(|judgement| judgement.is_crossed)
    }
}

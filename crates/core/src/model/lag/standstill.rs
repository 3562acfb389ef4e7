//! A thread of ours that did not take its turns while the rest of the machine went on: nothing that it should have done
//! moved, and what was measured meanwhile is not to be trusted.
use std::time::Duration;

use crate::model::Judgement;

/// One standstill of one I/O thread.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standstill {
    /// The thread's name.
    pub thread: String,
    /// Whose answer it had looked at last: host and port.
    pub host: Option<String>,
    /// How long it was seen to stand still, so far.
    pub time: Duration,
    /// Calls that were submitted and not taken up.
    pub waiting: usize,
    /// Calls that had been taken up and had not ended.
    pub under_way: usize,
    pub is_over: bool,
}

impl Standstill {
    /// From here on a run says so, and cannot be trusted. Shorter ones are lag like any other.
    pub const LIMIT: Duration = Duration::from_secs(1);

    pub fn is_long(&self) -> bool {
        self.time >= Self::LIMIT
    }

    /// As one clause: who, for how long, with what, and who waited.
    pub fn description(&self) -> String {
        let Self { thread, host, .. } = self;
        let stood = if self.is_over { "stood" } else { "has stood" };
        let seconds = self.time.as_secs_f64();
        let with = host
            .as_ref()
            .map_or_else(String::new, |host| format!(" with an answer of {host}"));
        format!(
            "{thread} {stood} still for {seconds:.1} s{with}: {} calls under way, {} not taken up",
            self.under_way, self.waiting
        )
    }

    /// Against the bound that every run has.
    pub fn judge(&self) -> Judgement {
        let limit = format!("no I/O thread stands still for {} s", Self::LIMIT.as_secs());
        Judgement {
            requirement: limit.clone(),
            limit,
            is_crossed: self.is_long(),
            value: Some(self.time.as_secs_f64() * 1000.0),
            description: self.description(),
            aborted_after: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standstill_is_described_and_judged() {
        let mut standstill = Standstill {
            thread: "rlocust-io-0".to_owned(),
            host: Some("shop.test:8001".to_owned()),
            time: Duration::from_millis(5040),
            waiting: 3,
            under_way: 18,
            is_over: false,
        };
        assert_eq!(
            standstill.description(),
            "rlocust-io-0 has stood still for 5.0 s with an answer of shop.test:8001: 18 calls under way, 3 not taken up"
        );
        assert!(standstill.judge().is_crossed);
        standstill.is_over = true;
        standstill.host = None;
        assert!(
            standstill
                .description()
                .starts_with("rlocust-io-0 stood still for 5.0 s: 18")
        );
        standstill.time = Duration::from_millis(999);
        assert!(!standstill.judge().is_crossed);
    }

    #[test]
    fn its_time_is_judged_in_milliseconds() {
        let judgement = Standstill {
            time: Duration::from_millis(1500),
            ..Standstill::default()
        }
        .judge();
        assert_eq!(
            (judgement.value, judgement.is_crossed),
            (Some(1500.0), true)
        );
    }
}

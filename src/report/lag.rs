//! Scheduling lag in words: one line of figures for the console, and a warning when it is large beside the
//! response times. Response times never contain it; what it spoils is the load, which is then not the one asked.
use crate::model::{EntryRow, Lag, LagSummary};

/// Fewer events say nothing about one in a hundred.
const ENOUGH: u64 = 100;
/// Below five milliseconds no warning, however fast the server.
const HARMLESS_US: u64 = 5_000;

/// `Scheduling lag in ms (p50/p99/max): …`, or nothing before the first.
pub fn line(lags: &[LagSummary; 3]) -> Option<String> {
    let seen = Lag::ALL.iter().zip(lags).filter(|(_, lag)| lag.count > 0);
    let parts: Vec<String> = seen
        .map(|(kind, lag)| {
            let kind = match kind {
                Lag::Wake => "waking up",
                Lag::Submit => "sending",
                Lag::Resume => "going on",
            };
            let [p50, p99, max] = [lag.p50_us, lag.p99_us, lag.max_us].map(milliseconds);
            format!("{kind} {p50:.2}/{p99:.2}/{max:.2}")
        })
        .collect();
    (!parts.is_empty()).then(|| format!("Scheduling lag in ms (p50/p99/max): {}", parts.join(", ")))
}

/// What the lag of a run means, where its p99 is more than a quarter of the median response time.
pub fn warning(total: &EntryRow, lags: &[LagSummary; 3]) -> Option<String> {
    let median = total.exact.quantile_us(0.5);
    let limit = (median / 4).max(HARMLESS_US);
    let late = |lag: &LagSummary| lag.count >= ENOUGH && lag.p99_us > limit;
    let parts: Vec<String> = Lag::ALL
        .iter()
        .zip(lags)
        .filter(|(_, lag)| late(lag))
        .map(|(kind, lag)| meaning(*kind, lag))
        .collect();
    if parts.is_empty() {
        return None;
    }
    Some(format!(
        "Scheduling lag: for one in a hundred, {}, while the median response took {:.0} ms. Response times do not \
         contain this, but there was less load than the script asks for\nhint: {}",
        parts.join("; "),
        milliseconds(median),
        remedy(lags.each_ref().map(late))
    ))
}

fn meaning(kind: Lag, lag: &LagSummary) -> String {
    let late = milliseconds(lag.p99_us);
    match kind {
        Lag::Wake => format!("a wait ended {late:.0} ms or more too late"),
        Lag::Submit => format!("a request went out {late:.0} ms or more after its call"),
        Lag::Resume => format!("a user went on {late:.0} ms or more after its answer had come"),
    }
}

fn remedy([_, sends_late, goes_on_late]: [bool; 3]) -> &'static str {
    if sends_late && !goes_on_late {
        "the I/O threads get too little CPU: start more with --io-threads, spare them other programs, or use fewer users"
    } else {
        "the script thread is busy: use fewer users, less work in tasks, or a machine with more CPU to spare"
    }
}

fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::histogram::Exact;
    use std::sync::Arc;

    fn warning_of(median_us: u64, p99s: [u64; 3], count: u64) -> Option<String> {
        let mut exact = Exact::default();
        exact.record_us(median_us);
        let total = EntryRow {
            exact: Arc::new(exact),
            ..EntryRow::default()
        };
        let lags = p99s.map(|p99_us| LagSummary {
            count,
            p50_us: 30,
            p99_us,
            max_us: p99_us,
        });
        warning(&total, &lags)
    }

    #[test]
    fn lag_that_is_small_beside_the_response_times_is_no_warning() {
        assert_eq!(warning_of(1_000, [4_000; 3], 100), None);
        assert_eq!(warning_of(400_000, [90_000; 3], 100), None);
        assert_eq!(warning_of(1_000, [90_000; 3], 99), None);
    }

    #[test]
    fn the_warning_says_what_was_late_and_what_it_means() {
        let going_on = warning_of(10_000, [70, 20, 52_400], 100).unwrap_or_default();
        insta::assert_snapshot!(going_on, @r"
        Scheduling lag: for one in a hundred, a user went on 52 ms or more after its answer had come, while the median response took 10 ms. Response times do not contain this, but there was less load than the script asks for
        hint: the script thread is busy: use fewer users, less work in tasks, or a machine with more CPU to spare
        ");
        let sending = warning_of(10_000, [0, 8_000, 40], 100).unwrap_or_default();
        assert!(sending.contains("a request went out 8 ms or more after its call"));
        assert!(sending.contains("--io-threads"));
    }
}

//! The line of lags below the tables. The kinds are called as `--max-lag` and files call them.
use super::super::brief::milliseconds;
use rlocust_core::model::{Lag, LagSummary};

/// `Scheduling lag in ms (p50/p99/max): …`, or nothing before the first.
pub fn line(lags: &[LagSummary; 3]) -> Option<String> {
    let seen = Lag::ALL.iter().zip(lags).filter(|(_, lag)| lag.count > 0);
    let parts: Vec<String> = seen
        .map(|(kind, lag)| {
            let [p50, p99, max] = [lag.p50_us, lag.p99_us, lag.max_us]
                .map(|microseconds| milliseconds(microseconds as f64 / 1000.0));
            format!("{} {p50}/{p99}/{max}", kind.name())
        })
        .collect();
    (!parts.is_empty()).then(|| format!("Scheduling lag in ms (p50/p99/max): {}", parts.join(", ")))
}

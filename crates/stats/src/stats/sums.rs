//! The sums of one entry, and the four things that happen to them: a request, a failure, a reset, a merge.
//! The fields are Locust's; a suite may read and assign every one of them through the bridge.
use std::sync::Arc;

use super::buckets::bucket_of;
use super::counts::Counts;
use super::phases::PhaseLedgers;
use rlocust_core::histogram::{Additions, Exact};
use rlocust_core::model::{
    Bucket, Cached, DAY, EntryRow, Exemplars, Number, PerSecond, SHOWN, Window, fail_ratio,
    held_median, mean, percentile,
};

/// Everything an entry adds up.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    pub num_requests: i64,
    pub num_none_requests: i64,
    pub num_failures: i64,
    pub total_response_time: Number,
    pub min_response_time: Option<Number>,
    pub max_response_time: Number,
    pub total_content_length: Number,
    pub start_time: f64,
    pub last_request_timestamp: Option<f64>,
    pub response_times: Counts,
    pub num_reqs_per_sec: PerSecond,
    pub num_fail_per_sec: PerSecond,
    /// Present on entries that have current percentiles; workers do without.
    pub window: Option<Window>,
    pub exact: Exact,
    /// What was recorded into it since the row before.
    pub additions: Additions,
    /// Some of what `exact` counts came as rounded times only.
    pub is_rounded: bool,
    pub phases: PhaseLedgers,
    pub exemplars: Exemplars,
}

impl Sums {
    pub fn new(now: f64, window: Option<i64>) -> Self {
        let mut sums = Self {
            start_time: now,
            ..Self::default()
        };
        if let Some(window) = window {
            sums.cache(now as i64, window);
        }
        sums
    }

    /// The same for an aggregate, which keeps its seconds for a day.
    pub fn of_a_day(now: f64, window: Option<i64>) -> Self {
        Self {
            num_reqs_per_sec: PerSecond::keeping(DAY),
            num_fail_per_sec: PerSecond::keeping(DAY),
            ..Self::new(now, window)
        }
    }

    /// Zero; as many seconds will be kept as before.
    pub fn reset(&mut self, now: f64, window: Option<i64>) {
        drop(self.take(now, window));
    }

    /// The same; answers what there was.
    #[must_use]
    pub fn take(&mut self, now: f64, window: Option<i64>) -> Self {
        let zero = Self {
            num_reqs_per_sec: self.num_reqs_per_sec.emptied(),
            num_fail_per_sec: self.num_fail_per_sec.emptied(),
            ..Self::new(now, window)
        };
        std::mem::replace(self, zero)
    }

    /// Whether there is a request or a failure.
    pub fn has_happened(&self) -> bool {
        self.num_requests != 0 || self.num_failures != 0
    }

    /// A request was made; its time and length follow. Kept apart because a suite that reports a response
    /// time of the wrong type has, under Locust, counted the request all the same.
    pub fn count_request(&mut self, now: f64, window: i64) {
        let second = now as i64;
        if self.window.is_some()
            && self
                .last_request_timestamp
                .is_some_and(|last| last != 0.0 && second > last as i64)
        {
            self.cache(second - 1, window);
        }
        self.num_requests += 1;
        self.num_reqs_per_sec.add(second, 1);
        self.last_request_timestamp = Some(now);
    }

    /// `bucket` is given when the suite has its own bucketing function.
    pub fn add_time(&mut self, response_time: Option<Number>, bucket: Option<Bucket>) {
        let Some(time) = response_time else {
            self.num_none_requests += 1;
            return;
        };
        self.total_response_time = self.total_response_time.plus(time);
        self.min_response_time = Some(
            self.min_response_time
                .map_or(time, |least| least.least(time)),
        );
        self.max_response_time = self.max_response_time.greatest(time);
        let bucket = bucket.unwrap_or_else(|| bucket_of(time));
        *self.response_times.of(bucket) += 1;
        self.additions.note(self.exact.record_ms(time.as_f64()));
    }

    pub fn add_length(&mut self, length: Number) {
        self.total_content_length = self.total_content_length.plus(length);
    }

    pub fn count_failure(&mut self, now: f64) {
        self.num_failures += 1;
        self.num_fail_per_sec.add(now as i64, 1);
    }

    /// Adds what a worker reported. `window` is given where current percentiles are kept.
    pub fn extend(&mut self, other: &Self, window: i64) {
        let seconds = |time: Option<f64>| time.map_or(0, |time| time as i64);
        let previous = seconds(self.last_request_timestamp);
        self.last_request_timestamp =
            later(self.last_request_timestamp, other.last_request_timestamp);
        self.start_time = self.start_time.min(other.start_time);
        self.num_requests += other.num_requests;
        self.num_none_requests += other.num_none_requests;
        self.num_failures += other.num_failures;
        self.total_response_time = self.total_response_time.plus(other.total_response_time);
        self.max_response_time = self.max_response_time.greatest(other.max_response_time);
        self.min_response_time = match (self.min_response_time, other.min_response_time) {
            (Some(ours), Some(theirs)) => Some(ours.least(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
        self.total_content_length = self.total_content_length.plus(other.total_content_length);
        for (bucket, count) in other.response_times.rows() {
            *self.response_times.of(bucket) += count;
        }
        self.num_reqs_per_sec.extend(&other.num_reqs_per_sec);
        self.num_fail_per_sec.extend(&other.num_fail_per_sec);
        self.exact.merge(&other.exact);
        self.is_rounded |= other.is_rounded;
        self.phases.merge(&other.phases);
        let last = seconds(self.last_request_timestamp);
        if self.window.is_some() && last > previous {
            self.cache(last, window);
        }
    }

    /// Keeps a copy of the histogram as the state at the end of `second`.
    pub fn cache(&mut self, second: i64, window: i64) {
        let copy = self.copied();
        self.window
            .get_or_insert_default()
            .store(second, copy, window);
    }

    pub fn copied(&self) -> Cached {
        Cached::new(
            self.response_times.rows(),
            self.num_requests,
            self.num_none_requests,
        )
    }

    pub fn fail_ratio(&self) -> f64 {
        fail_ratio(self.num_requests, self.num_failures)
    }

    pub fn avg_response_time(&self) -> f64 {
        mean(self.total_response_time, self.timed_requests())
    }

    /// Requests that have a response time.
    pub fn timed_requests(&self) -> i64 {
        self.num_requests - self.num_none_requests
    }

    pub fn response_time_percentile(&self, percent: f64) -> Number {
        let rows = self.response_times.rows();
        percentile(rows, self.timed_requests(), percent)
    }

    /// The rounded median, held between the exact extremes.
    pub fn median_response_time(&self) -> Number {
        if self.response_times.is_empty() {
            return Number::ZERO;
        }
        let median = self.response_time_percentile(0.5);
        held_median(median, self.min_response_time, self.max_response_time)
    }

    /// The percentile of the last seconds; nothing while no copy is old enough.
    pub fn current_percentile(&self, now: f64, window: i64, percent: f64) -> Option<Number> {
        let rows = self.response_times.rows();
        let kept = self.window.as_ref()?;
        let found = kept.percentiles(
            (rows, self.timed_requests()),
            now as i64,
            window,
            &[percent],
        );
        found.map(|found| found[0])
    }

    /// A copy for readers.
    pub fn row(&self, name: &Arc<str>, method: &Arc<str>) -> EntryRow {
        let exact = self.exact.clone();
        EntryRow {
            name: Arc::clone(name),
            method: Arc::clone(method),
            num_requests: self.num_requests,
            num_none_requests: self.num_none_requests,
            num_failures: self.num_failures,
            total_response_time: self.total_response_time,
            min_response_time: self.min_response_time,
            max_response_time: self.max_response_time,
            total_content_length: self.total_content_length,
            start_time: self.start_time,
            last_request_timestamp: self.last_request_timestamp,
            buckets: self.response_times.rows().collect(),
            num_reqs_per_sec: self.num_reqs_per_sec.clone(),
            num_fail_per_sec: self.num_fail_per_sec.clone(),
            window: self.window.clone(),
            shown_us: Some(exact.quantiles_us(SHOWN)),
            exact: Arc::new(exact),
            additions: self.additions,
            is_rounded: self.is_rounded,
            phases: self.phases.rows(),
            exemplars: self.exemplars.clone(),
        }
    }
}

fn later(ours: Option<f64>, theirs: Option<f64>) -> Option<f64> {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => Some(ours.max(theirs)),
        (ours, theirs) => ours.or(theirs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rlocust_core::model::{Phase, Phases};
    use std::time::Duration;

    #[derive(Debug, Clone)]
    struct Event {
        shard: usize,
        second: i64,
        time: Option<u32>,
        is_failure: bool,
        body: Option<u32>,
    }

    fn event() -> impl Strategy<Value = Event> {
        let time = prop::option::weighted(0.9, 0_u32..90_000);
        let body = prop::option::of(0_u32..5_000_000);
        (0_usize..4, 1_000_i64..1_300, time, any::<bool>(), body).prop_map(
            |(shard, second, time, is_failure, body)| Event {
                shard,
                second,
                time,
                is_failure,
                body,
            },
        )
    }

    fn sums_of<'a>(events: impl Iterator<Item = &'a Event>) -> Sums {
        let mut sums = Sums::new(999.0, None);
        for event in events {
            sums.count_request(event.second as f64, 10);
            sums.add_time(event.time.map(|ms| Number::Whole(i64::from(ms))), None);
            sums.add_length(Number::Whole(7));
            if event.is_failure {
                sums.count_failure(event.second as f64);
            }
            sums.phases.record(&Phases {
                body: event.body.map(|us| Duration::from_micros(u64::from(us))),
                ..Phases::default()
            });
        }
        sums
    }

    /// All that sums show, in an order of its own.
    fn shown(sums: &Sums) -> impl PartialEq + std::fmt::Debug + use<> {
        let mut buckets: Vec<_> = sums.response_times.rows().collect();
        buckets.sort_unstable();
        let body = sums.phases.get(Phase::Body);
        (
            [sums.num_requests, sums.num_none_requests, sums.num_failures],
            [
                sums.total_response_time,
                sums.max_response_time,
                sums.total_content_length,
            ],
            sums.min_response_time,
            buckets,
            sums.num_reqs_per_sec.iter().collect::<Vec<_>>(),
            sums.num_fail_per_sec.iter().collect::<Vec<_>>(),
            sums.exact.rows().collect::<Vec<_>>(),
            [
                sums.exact.count(),
                sums.exact.max_us(),
                sums.exact.min_us(),
                sums.exact.sum_us(),
            ],
            body.map(|body| {
                (
                    body.rows().collect::<Vec<_>>(),
                    body.max_us(),
                    body.sum_us(),
                )
            }),
        )
    }

    proptest! {
        /// A master adds reports of workers as they come: the sums are those of one recorder that saw it all.
        #[test]
        fn shards_merged_in_any_order_are_the_sums_of_one_recorder(
            events in prop::collection::vec(event(), 0..200),
            order in Just([0, 1, 2, 3]).prop_shuffle(),
        ) {
            let mut merged = Sums::new(999.0, None);
            for shard in order {
                let own = sums_of(events.iter().filter(|event| event.shard == shard));
                merged.extend(&own, 10);
            }
            prop_assert_eq!(shown(&merged), shown(&sums_of(events.iter())));
            prop_assert!(merged.exact.quantile_us(0.99) <= merged.exact.max_us());
        }
    }

    #[test]
    fn the_seconds_before_a_request_are_kept_as_they_ended() {
        let mut sums = Sums::new(1000.0, Some(10));
        for now in [1000.5, 1003.0, 1003.9] {
            sums.count_request(now, 10);
        }
        let copies = &sums.window.as_ref().expect("it was asked for").copies;
        let kept: Vec<_> = copies
            .iter()
            .map(|(second, copy)| (*second, copy.num_requests))
            .collect();
        assert_eq!(kept, [(1000, 0), (1002, 1)]);
        let mut without = Sums::new(1000.0, None);
        without.count_request(1000.5, 10);
        without.count_request(1003.0, 10);
        assert!(without.window.is_none());
    }
}

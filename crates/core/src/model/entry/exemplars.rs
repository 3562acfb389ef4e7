//! Requests that lead from a figure to a trace: of those that have one, the latest of each bucket of the histogram that
//! scrapers get. See <https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars>.
use std::sync::Arc;

/// Upper bounds of that histogram, seconds; one more bucket has no bound.
pub const BOUNDS: [f64; 14] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0,
];

/// A request with a trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exemplar {
    pub trace: u128,
    pub span: u64,
    /// Its response time.
    pub seconds: f64,
    /// When it was reported, Unix seconds.
    pub at: f64,
}

/// The latest of each bucket; takes room only where requests have traces.
#[derive(Debug, Clone, Default)]
pub struct Exemplars(Option<Arc<[Option<Exemplar>; BOUNDS.len() + 1]>>);

impl Exemplars {
    pub fn note(&mut self, exemplar: Exemplar) {
        let latest = self.0.get_or_insert_default();
        Arc::make_mut(latest)[bucket_of(exemplar.seconds)] = Some(exemplar);
    }

    pub fn of_bucket(&self, bucket: usize) -> Option<&Exemplar> {
        self.0.as_ref()?.get(bucket)?.as_ref()
    }
}

/// The bucket that counts it.
pub fn bucket_of(seconds: f64) -> usize {
    let within = BOUNDS.iter().position(|bound| seconds <= *bound);
    within.unwrap_or(BOUNDS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bucket_keeps_the_latest_and_copies_keep_theirs() {
        let noted = |span, seconds| Exemplar {
            trace: 1,
            span,
            seconds,
            at: 0.0,
        };
        let mut exemplars = Exemplars::default();
        assert_eq!(exemplars.of_bucket(0), None);
        for (span, seconds) in [(1, 0.0005), (2, 0.001), (3, 61.0)] {
            exemplars.note(noted(span, seconds));
        }
        let before = exemplars.clone();
        exemplars.note(noted(4, 0.002));
        let spans = |of: &Exemplars| {
            let found = (0..=BOUNDS.len()).filter_map(|bucket| of.of_bucket(bucket));
            found.map(|exemplar| exemplar.span).collect::<Vec<_>>()
        };
        assert_eq!(spans(&before), [2, 3]);
        assert_eq!(spans(&exemplars), [2, 4, 3]);
    }
}

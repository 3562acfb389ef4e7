//! What `tracing` hands events to: the one subscriber of the process, there from the first time that events are wanted.
//! Its queue can be changed: log levels are set anew, and a forked child has its own loop to wake.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::RwLock;
use tracing::level_filters::LevelFilter;
use tracing::span;
use tracing::subscriber::{Interest, set_global_default};
use tracing::{Event, Metadata, Subscriber, callsite};

use super::fields::record_of;
use super::levels::Levels;
use super::queue::Queue;

/// A fork may leave this locked for ever by a thread that is not there: without `IS_ON` it is not touched.
static WANTED: RwLock<Option<Arc<Wanted>>> = RwLock::new(None);
static IS_ON: AtomicBool = AtomicBool::new(false);

/// Nobody holds the lock that long, unless a fork took its holder away.
const PATIENCE: Duration = Duration::from_millis(200);

struct Wanted {
    levels: Levels,
    queue: Arc<Queue>,
}

/// From now on events go into this queue, and no longer into the one before.
pub fn begin(levels: Levels, queue: Arc<Queue>) {
    let Some(mut wanted) = WANTED.try_write_for(PATIENCE) else {
        return;
    };
    *wanted = Some(Arc::new(Wanted { levels, queue }));
    drop(wanted);
    IS_ON.store(true, Ordering::Release);
    // Refused from the second time on: it is ours already.
    set_global_default(ToQueue).unwrap_or_default();
    callsite::rebuild_interest_cache();
}

/// From now on events go nowhere. Allowed in a forked child, where threads that wrote events are gone.
pub fn end() {
    IS_ON.store(false, Ordering::Release);
}

fn wanted() -> Option<Arc<Wanted>> {
    if !IS_ON.load(Ordering::Acquire) {
        return None;
    }
    WANTED.read().clone()
}

struct ToQueue;

impl Subscriber for ToQueue {
    /// Asked once for each place in the sources, and again when levels change.
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && wanted().is_some_and(|own| own.levels.wants(metadata.target(), *metadata.level()))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(wanted().map_or(LevelFilter::OFF, |own| own.levels.most()))
    }

    fn event(&self, event: &Event<'_>) {
        if let Some(own) = wanted() {
            own.queue.put(|| record_of(event));
        }
    }

    // There are no spans of ours, and those of others are never enabled.
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

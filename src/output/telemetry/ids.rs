//! Identity of spans. A request carries the identity of its span in the header `traceparent` before the span is made
//! (it is made when the request has ended), so the SDK is told which identities to take.
//! See <https://www.w3.org/TR/trace-context/>.
use std::cell::Cell;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};

/// Who a span is, and below which span of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    pub trace: TraceId,
    pub span: SpanId,
    pub parent_span: Option<SpanId>,
}

impl TraceParent {
    /// A new span: of the given trace and below the given span, or the first of a new trace.
    pub fn below(outer: Option<(u128, u64)>) -> Self {
        let random = RandomIdGenerator::default();
        Self {
            trace: outer.map_or_else(|| random.new_trace_id(), |(trace, _)| TraceId::from(trace)),
            span: random.new_span_id(),
            parent_span: outer.map(|(_, span)| SpanId::from(span)),
        }
    }

    /// The value of the header.
    pub fn header(&self) -> String {
        format!("00-{}-{}-01", self.trace, self.span)
    }
}

thread_local! {
    static NEXT: Cell<Option<TraceParent>> = const { Cell::new(None) };
}

/// The next span made on this thread is this one.
pub(super) fn choose(parent: &TraceParent) {
    NEXT.set(Some(*parent));
}

/// Gives the chosen identities, else random ones.
#[derive(Debug, Default)]
pub(super) struct ChosenIds {
    random: RandomIdGenerator,
}

impl IdGenerator for ChosenIds {
    fn new_trace_id(&self) -> TraceId {
        NEXT.get()
            .map_or_else(|| self.random.new_trace_id(), |next| next.trace)
    }

    fn new_span_id(&self) -> SpanId {
        NEXT.take()
            .map_or_else(|| self.random.new_span_id(), |next| next.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_trace_and_span() {
        let outer = (
            0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c,
            0xb7ad_6b71_6920_3331,
        );
        let inner = TraceParent::below(Some(outer));
        let header = inner.header();
        assert!(
            header.starts_with("00-0af7651916cd43dd8448eb211c80319c-"),
            "{header}"
        );
        assert!(header.ends_with("-01") && header.len() == 55, "{header}");
        assert_eq!(
            inner.parent_span.map(|id| id.to_string()).as_deref(),
            Some("b7ad6b7169203331")
        );
        assert_ne!(
            TraceParent::below(None).trace,
            TraceParent::below(None).trace
        );
    }
}

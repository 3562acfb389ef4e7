//! What the user's end and the task on the I/O thread share.
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::fault::Fault;
use super::parser::Event;
use rlocust_core::clock;
use rlocust_core::model::StreamFigure;
use rlocust_http::{HeaderBlock, Wake, Watch, Watched};
use rlocust_stats::stats::StreamLedger;

/// What somebody waits for. The end of the stream ends every wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Awaited {
    /// The head of the server's answer.
    Opening,
    /// An event.
    Event,
}

/// An event that has come.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Received {
    pub event: Event,
    /// When its last bytes reached this machine.
    pub arrived: Instant,
}

/// How the first answer began.
#[derive(Clone)]
pub struct Opening {
    pub status: u16,
    pub headers: HeaderBlock,
}

/// When what of a stream happened, and how much there was.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moments {
    /// The request was taken up.
    pub began: Option<Instant>,
    pub first_byte: Option<Instant>,
    pub first_event: Option<Instant>,
    /// The event that came last, taken out or not.
    pub last_event: Option<Instant>,
    pub ended: Option<Instant>,
    pub events: u64,
    pub reconnections: u64,
    /// Bytes of the body, decoded.
    pub bytes: u64,
}

pub(super) struct Shared {
    pub(super) state: Watched<State>,
    ledger: Arc<StreamLedger>,
    max_queued: usize,
    /// This side wants no more of it.
    pub(super) leaving: Notify,
}

#[derive(Default)]
pub(super) struct State {
    pub opening: Option<Opening>,
    pub moments: Moments,
    pub last_event_id: String,
    events: VecDeque<Received>,
    /// The next event is the first of its connection.
    is_connected_anew: bool,
    pub end: Option<Fault>,
}

impl Watch for State {
    type Awaited = Awaited;

    fn is_settled(&self, awaited: Awaited) -> bool {
        self.end.is_some()
            || match awaited {
                Awaited::Opening => self.opening.is_some(),
                Awaited::Event => !self.events.is_empty(),
            }
    }
}

impl State {
    /// What the time of an event that came now is, and notes it.
    fn timed(&mut self, arrived: Instant) -> Option<(StreamFigure, Duration)> {
        let moments = &mut self.moments;
        let before = moments.last_event.replace(arrived);
        moments.events += 1;
        let is_connected_anew = std::mem::take(&mut self.is_connected_anew);
        if moments.first_event.is_none() {
            moments.first_event = Some(arrived);
            let began = moments.began.unwrap_or(arrived);
            let time = arrived.saturating_duration_since(began);
            return Some((StreamFigure::FirstEvent, time));
        }
        let gap = arrived.saturating_duration_since(before?);
        (!is_connected_anew).then_some((StreamFigure::Gap, gap))
    }
}

impl Shared {
    pub fn new(wake: Arc<dyn Wake>, ledger: Arc<StreamLedger>, max_queued: usize) -> Self {
        Self {
            state: Watched::new(wake),
            ledger,
            max_queued,
            leaving: Notify::new(),
        }
    }

    /// The task has taken the request up.
    pub fn begin(&self) {
        self.state
            .look(|state| state.moments.began = Some(clock::instant()));
    }

    /// An event stream is there. Only the first answer is measured: later ones serve the same stream.
    pub fn open(&self, began: Instant, first_byte: Instant, opening: Opening) {
        let is_first = self.state.change(|state| {
            let is_first = state.opening.is_none();
            if is_first {
                state.moments.began = Some(began);
                state.moments.first_byte = Some(first_byte);
                state.opening = Some(opening);
            } else {
                state.moments.reconnections += 1;
                state.is_connected_anew = true;
            }
            is_first
        });
        if is_first {
            let time = first_byte.saturating_duration_since(began);
            self.ledger.begin(time);
        } else {
            self.ledger.reconnect();
        }
    }

    /// So many bytes of the body have come.
    pub fn read(&self, bytes: usize) {
        self.state.look(|state| state.moments.bytes += bytes as u64);
    }

    /// A fault where there is no room for it.
    pub fn arrive(&self, event: Event, arrived: Instant) -> Result<(), Fault> {
        let limit = self.max_queued;
        let timed = self.state.change(|state| {
            if state.events.len() >= limit {
                return Err(Fault::TooMany { limit });
            }
            let timed = state.timed(arrived);
            state.last_event_id.clone_from(&event.id);
            state.events.push_back(Received { event, arrived });
            Ok(timed)
        })?;
        self.ledger.event(timed);
        Ok(())
    }

    /// The next event, if it has come until then.
    pub fn take(&self, until: Instant) -> Option<Received> {
        self.state.look(|state| {
            let is_in_time = state.events.front()?.arrived <= until;
            is_in_time.then(|| state.events.pop_front()).flatten()
        })
    }

    /// The first end counts.
    pub fn end(&self, fault: Fault, at: Instant) {
        self.state.change(|state| {
            if state.end.is_none() {
                state.end = Some(fault);
                state.moments.ended = Some(at);
            }
        });
    }
}

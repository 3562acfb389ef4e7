//! Figures of streamed answers (server-sent events): what a response time alone does not say of them.
use std::sync::Arc;

use crate::histogram::Exact;

/// What is measured of a stream. Times are kept in microseconds, the rate in thousandths of a token per second, so that
/// a thousandth of a value is what people read: milliseconds, and tokens per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum StreamFigure {
    /// From the request until the first byte of the answer.
    FirstByte,
    /// From the request until the first event was whole.
    FirstEvent,
    /// Between two events of one connection.
    Gap,
    /// From the request until the first event with a token.
    FirstToken,
    /// Per token after the first, of one stream.
    TokenTime,
    /// Tokens by the time from the request to the last of them, of one stream.
    TokenRate,
}

impl StreamFigure {
    pub const COUNT: usize = 6;

    pub const ALL: [Self; Self::COUNT] = [
        Self::FirstByte,
        Self::FirstEvent,
        Self::Gap,
        Self::FirstToken,
        Self::TokenTime,
        Self::TokenRate,
    ];

    /// As files and metrics spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstByte => "first_byte",
            Self::FirstEvent => "first_event",
            Self::Gap => "gap",
            Self::FirstToken => "first_token",
            Self::TokenTime => "token_time",
            Self::TokenRate => "token_rate",
        }
    }

    /// As tables for people call it, with its unit.
    pub fn title(self) -> &'static str {
        match self {
            Self::FirstByte => "first byte (ms)",
            Self::FirstEvent => "first event (ms)",
            Self::Gap => "gap (ms)",
            Self::FirstToken => "first token (ms)",
            Self::TokenTime => "time per token (ms)",
            Self::TokenRate => "tokens/s",
        }
    }

    /// It is a time, in milliseconds where people read it.
    pub fn is_time(self) -> bool {
        self != Self::TokenRate
    }
}

/// The streams of one name and method.
#[derive(Debug, Clone, Default)]
pub struct StreamRow {
    pub name: Arc<str>,
    pub method: Arc<str>,
    pub counts: StreamCounts,
    /// By `StreamFigure`.
    pub figures: [Arc<Exact>; StreamFigure::COUNT],
}

/// How much came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StreamCounts {
    /// Streams that began: the server's answer is one.
    pub streams: u64,
    pub events: u64,
    pub reconnections: u64,
    pub tokens: u64,
}

impl StreamCounts {
    /// Streams, events, reconnections, tokens.
    pub fn all(&self) -> [u64; 4] {
        [self.streams, self.events, self.reconnections, self.tokens]
    }

    pub fn add(&mut self, other: &Self) {
        self.streams += other.streams;
        self.events += other.events;
        self.reconnections += other.reconnections;
        self.tokens += other.tokens;
    }
}

impl StreamRow {
    pub fn figure(&self, figure: StreamFigure) -> &Exact {
        &self.figures[figure as usize]
    }

    /// The figures that were measured at all.
    pub fn measured(&self) -> impl Iterator<Item = (StreamFigure, &Exact)> {
        let all = StreamFigure::ALL.into_iter();
        all.map(|figure| (figure, self.figure(figure)))
            .filter(|(_, values)| !values.is_empty())
    }
}

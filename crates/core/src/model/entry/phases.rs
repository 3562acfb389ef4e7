//! What an exchange spent its time on. Each phase of an entry has a histogram of its own, two digits, which
//! exists from its first value: a plain-HTTP entry never pays for TLS.
use std::sync::Arc;
use std::time::Duration;

use crate::histogram::Coarse;

/// One exchange, phase by phase; nothing where a phase did not occur.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Phases {
    pub dns: Option<Duration>,
    /// TCP, and the proxy's part where there is one.
    pub connect: Option<Duration>,
    pub tls: Option<Duration>,
    /// From the request being handed over to the first byte of the answer.
    pub first_byte: Option<Duration>,
    /// From the first byte of the answer to the last.
    pub body: Option<Duration>,
    /// Whether it went over a connection that had been used before.
    pub reused: bool,
}

/// The name of a phase, in the order of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Phase {
    Dns,
    Connect,
    Tls,
    FirstByte,
    Body,
}

impl Phase {
    pub const COUNT: usize = 5;
    pub const ALL: [Self; Self::COUNT] = [
        Self::Dns,
        Self::Connect,
        Self::Tls,
        Self::FirstByte,
        Self::Body,
    ];

    /// As files and metrics spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::FirstByte => "first_byte",
            Self::Body => "body",
        }
    }
}

impl Phases {
    pub fn get(&self, phase: Phase) -> Option<Duration> {
        match phase {
            Phase::Dns => self.dns,
            Phase::Connect => self.connect,
            Phase::Tls => self.tls,
            Phase::FirstByte => self.first_byte,
            Phase::Body => self.body,
        }
    }
}

/// Histograms of the phases of one entry in a snapshot, by `Phase`.
pub type PhaseRows = [Option<Arc<Coarse>>; Phase::COUNT];

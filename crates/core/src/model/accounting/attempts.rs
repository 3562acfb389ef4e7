//! What a call tried, request by request, and how far the last one had come. Every redirect hop and every resend is
//! an attempt of its own.
use super::classes::Outcome;

/// What was tried. `failed_before_send` never got onto the wire, and `resent` counts again what the others hold.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct Attempts {
    /// A complete head came back (each redirect hop counts).
    pub answered: u32,
    /// Something of the request was written, and no head came back.
    pub failed_after_send: u32,
    /// Something of the request was written when the call was cut, and no head had come back.
    pub cut_after_send: u32,
    /// No connection: refused, DNS, TLS, time limit, or cut while connecting.
    pub failed_before_send: u32,
    /// How many of the requests were resends of the same hop.
    pub resent: u32,
}

impl Attempts {
    /// Whether a byte of any request went out.
    pub fn is_any_on_the_wire(&self) -> bool {
        self.outcomes().iter().any(|(_, count)| *count > 0)
    }

    /// The classes in which they count: what never got onto the wire is in none.
    pub fn outcomes(&self) -> [(Outcome, u32); 3] {
        [
            (Outcome::Answered, self.answered),
            (Outcome::FailedAfterSend, self.failed_after_send),
            (Outcome::CutAfterSend, self.cut_after_send),
        ]
    }
}

/// How far a call was.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum CutPhase {
    /// Nothing of the (current hop's) request was written.
    BeforeSend,
    /// Something was written, no byte of the answer had come.
    Sent,
    /// The answer had begun.
    Answering,
}

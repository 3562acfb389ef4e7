//! How far an exchange is, for when it is cut.

use std::time::Instant;

use rlocust_core::model::CutPhase;

/// How far an exchange is. Lives outside of it, for when it is cut.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Progress {
    pub phase: CutPhase,
    /// Something was written and no complete head has come back.
    pub is_open: bool,
    /// A complete head has come back and is not booked yet.
    pub is_answered: bool,
    pub written_at: Option<Instant>,
    pub first_byte_at: Option<Instant>,
    pub headers_at: Option<Instant>,
    /// The fault came behind a whole answer: the connection serves another request.
    pub is_reusable: bool,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            phase: CutPhase::BeforeSend,
            is_open: false,
            is_answered: false,
            written_at: None,
            first_byte_at: None,
            headers_at: None,
            is_reusable: false,
        }
    }
}

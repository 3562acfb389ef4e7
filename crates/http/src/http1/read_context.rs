//! What of a call decides how its answer is read.

use crate::dialects::dialect::Dialect;
use crate::types::limits::{Redirects, Timeouts};
use crate::types::method::Method;

/// What of a call decides how its answer is read.
#[derive(Copy, Clone)]
pub(crate) struct ReadContext<'a> {
    pub method: &'a Method,
    pub dialect: Dialect,
    pub redirects: Redirects,
    pub timeouts: Timeouts,
}

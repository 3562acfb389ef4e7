//! What the tests of several crates share: waiting for named conditions, and budgets of what a reader may cost.
#![forbid(unsafe_code)]

pub mod cost_budget;
pub mod waiting;

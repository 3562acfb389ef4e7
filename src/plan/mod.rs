//! The maths of load: which user class comes next, on which worker, how many at a time and how long to wait
//! between. Nothing here sleeps or knows what a user is; names and numbers in, names and numbers out.
mod dispatch;
mod order;
mod ramp;

pub use dispatch::{Dispatch, Step};
pub use order::{UserClass, UserOrder, WeightedOrder};
pub use ramp::{Ramp, RampError};

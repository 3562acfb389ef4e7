//! The maths of load: which user class comes next. Names and numbers in, names out; how many, when and on which worker
//! is the dispatcher's of the shim, where suites override it (decision 16).
mod order;

pub use order::WeightedOrder;

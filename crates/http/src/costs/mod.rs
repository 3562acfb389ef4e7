//! Each reader of what servers send, at its worst input that we know: the cost per byte does not grow with the input
//! (`model::cost_budget`).

mod bodies;
mod cookies;
mod frames;
mod heads;
mod urls;

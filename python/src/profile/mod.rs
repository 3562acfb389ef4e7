//! Where the script thread spends its CPU: samples for `rlocust profile`.
//!
//! A thread wakes every millisecond or so. Where the script thread computes at that moment, it gets a signal and takes a
//! sample of itself at its next bytecode: nobody waits for the interpreter, and no stack is looked at while it changes.
//! (`sampler`: when; `take`: what; `stacks`: how often which.) The signal's handler notes besides in which library it was
//! (`place`). All `unsafe` of this room stands in `system`.
mod place;
mod sampler;
mod stacks;
mod system;
mod take;

pub use sampler::PyProfiler;
pub use take::take_owed;

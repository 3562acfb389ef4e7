//! What a run costs: CPU, memory and descriptors of the generator, and of the target where it shows them on
//! a page in the manner of Prometheus' node-exporter. Sampled about once a second by a service thread; the
//! interpreter has no part in it.
mod cores;
mod exposition;
mod generator;
mod target;

pub use cores::CoreMonitor;
pub use generator::GeneratorMonitor;
pub use target::{TargetError, TargetMonitor, TargetReading};

//! Engine tests: one binary, a file per behaviour.
mod arrows;

//! Scheduling lag in words: one line of figures for the console, a light for whoever watches, a warning when it is large
//! beside what users do. Response times never contain it; what it spoils is the load, which is then not the one asked for.
mod health;
mod line;
mod warning;

pub use health::{Health, Light};
pub use line::line;
pub use warning::{Pace, warning};

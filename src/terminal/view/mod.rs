//! The full-screen view of `--tui`: what stands where, drawn from one tick and the course so far. Pure: it knows a frame of
//! cells and no terminal.
mod charts;
mod course;
mod layout;
mod scene;
mod scroll;
mod tables;

pub use course::Course;
pub use layout::draw;
pub use scene::{Colours, Scene};
pub use scroll::{Scroll, Scrolling};

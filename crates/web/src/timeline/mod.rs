//! The course of a run, second by second, for all requests and for each endpoint: what charts show, the same before and
//! after a reload. Bounded: an hour by the second, six hours by ten, a week by the minute.
mod heat;
mod line;
mod marks;
mod point;
mod rings;
#[expect(
    clippy::module_inception,
    reason = "the course itself, beside what it is made of"
)]
mod timeline;
mod window;

pub use heat::EDGES_MS;
pub use line::Line;
pub use marks::Mark;
pub use point::{LoadPoint, Point, ShownPoint, milliseconds, tenth};
pub use rings::{Fold, Rings};
pub use timeline::{Endpoint, Followed, Timeline};

//! The course of one endpoint, or of all requests.
use super::heat::Heat;
use super::point::{Point, Sums, Times};
use super::rings::Rings;
use rlocust_core::model::EntryRow;

/// How much of a run each of so many endpoints keeps: one has an hour by the second, ten thousand share what 500 have.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    pub points: usize,
    pub columns: usize,
}

/// Points and columns of all endpoints together.
const MOST_POINTS: usize = 1_800_000;
const MOST_COLUMNS: usize = 90_000;

impl Retention {
    pub fn of(endpoints: usize) -> Self {
        let endpoints = endpoints.max(1);
        Self {
            points: (MOST_POINTS / endpoints).clamp(120, 3_600),
            columns: (MOST_COLUMNS / endpoints).clamp(30, 300),
        }
    }
}

/// Its points, its heat, and the sums it was seen with last.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub points: Rings<Point>,
    pub heat: Heat,
    before: Option<Sums>,
}

impl Line {
    /// What the row, with these sums, brought since `earlier`, the one it was followed to last; `added` is room for the
    /// times that came.
    pub fn follow(
        &mut self,
        earlier: &EntryRow,
        (sums, row): (Sums, &EntryRow),
        span: (f64, f64),
        room: Retention,
        added: &mut Times,
    ) -> Point {
        let before = self.before.as_ref();
        let earlier = before.map(|before| (before, earlier));
        let point = Point::between(earlier, (&sums, row), span, added);
        self.heat.add(span.0, added, room.columns);
        self.before = Some(sums);
        point
    }

    pub fn keep(&mut self, point: Point, room: Retention) {
        self.points.push(point, room.points);
    }
}

//! What a master's workers report comes every three seconds from each, in one tick: a point of a master is about the
//! last three ticks, in which each worker has reported once.
use std::collections::{BTreeMap, VecDeque};

use super::point::Point;
use super::rings::Fold as _;

/// As many as seconds pass between two reports of a worker.
const TICKS: usize = 3;

/// What one tick brought: of all requests, and of the endpoints that had some.
type Brought = (Point, Vec<(usize, Point)>);

/// The last ticks of a master; nothing of others.
#[derive(Debug, Default)]
pub struct Window {
    ticks: VecDeque<Brought>,
}

impl Window {
    /// The points of now: of a master over the window, its endpoints without requests in it left out.
    pub fn points(&mut self, is_of_master: bool, brought: Brought) -> Brought {
        if !is_of_master {
            self.ticks.clear();
            return brought;
        }
        self.ticks.push_back(brought);
        if self.ticks.len() > TICKS {
            self.ticks.pop_front();
        }
        let total = folded(self.ticks.iter().map(|(total, _)| total));
        let mut changed: BTreeMap<usize, Point> = BTreeMap::new();
        for (at, point) in self.ticks.iter().flat_map(|(_, changed)| changed) {
            let known = changed.entry(*at).and_modify(|known| known.fold(point));
            let known = known.or_insert(*point);
            (known.time, known.seconds) = (total.time, total.seconds);
        }
        (total, changed.into_iter().collect())
    }
}

fn folded<'a>(points: impl Iterator<Item = &'a Point>) -> Point {
    let points = points.copied().reduce(|mut all, point| {
        all.fold(&point);
        all
    });
    points.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(time: f64, requests: u32) -> Point {
        Point {
            time,
            seconds: 1.0,
            requests,
            timed: requests,
            p50: 20.0,
            ..Point::default()
        }
    }

    fn rates(is_of_master: bool, reported: [u32; 7]) -> Vec<f64> {
        let mut window = Window::default();
        let rate = |(second, requests): (u32, u32)| {
            let time = f64::from(second);
            let changed = (requests > 0).then(|| (4, point(time, requests)));
            let brought = (point(time, requests), changed.into_iter().collect());
            let (total, changed) = window.points(is_of_master, brought);
            if let Some((at, point)) = changed.first() {
                assert_eq!((*at, *point), (4, total));
            }
            f64::from(total.requests) / f64::from(total.seconds)
        };
        (1..).zip(reported).map(rate).collect()
    }

    #[test]
    fn reports_of_three_seconds_are_a_rate_in_each_of_them() {
        let reported = [0, 0, 1500, 0, 0, 1500, 0];
        assert_eq!(rates(false, reported), reported.map(f64::from));
        assert_eq!(
            rates(true, reported),
            [0.0, 0.0, 500.0, 500.0, 500.0, 500.0, 500.0]
        );
    }
}

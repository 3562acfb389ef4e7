//! The curves: requests a second with the users, and response times, both over the test so far.
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Color;
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Block, Chart, Dataset, GraphType};

use super::course::Point;
use super::scene::Scene;
use crate::terminal::figures::clock;
use rlocust_stats::report::milliseconds;

/// A curve: its name, its colour, its points.
type Curve = (&'static str, Color, Vec<(f64, f64)>);

pub fn draw(frame: &mut Frame, area: Rect, scene: &Scene) {
    let [left, right] = Layout::horizontal([Constraint::Fill(1); 2]).areas(area);
    let points = &scene.course.points;
    let of = |figure: fn(&Point) -> Option<f64>| -> Vec<(f64, f64)> {
        let known = points
            .iter()
            .filter_map(|point| Some((point.time_s, figure(point)?)));
        known.collect()
    };
    let load = [
        (
            "req/s",
            Color::Green,
            of(|point| Some(point.requests_per_s)),
        ),
        (
            "failed/s",
            Color::Red,
            of(|point| Some(point.failures_per_s)),
        ),
        ("users", Color::Blue, of(|point| Some(point.users))),
    ];
    let times = [
        ("p50 ms", Color::Cyan, of(|point| point.p50)),
        ("p95 ms", Color::Yellow, of(|point| point.p95)),
    ];
    chart(frame, left, scene, &load, |value| format!("{value:.0}"));
    chart(frame, right, scene, &times, milliseconds);
}

fn chart(frame: &mut Frame, area: Rect, scene: &Scene, curves: &[Curve], label: fn(f64) -> String) {
    let all = curves.iter().flat_map(|(_, _, points)| points);
    let (last, top) = all.fold((1.0_f64, 1.0_f64), |(last, top), (time, value)| {
        (last.max(*time), top.max(*value))
    });
    let sets = curves.iter().map(|(_, colour, points)| {
        Dataset::default()
            .marker(Marker::Braille)
            .graph_type(GraphType::Line)
            .style(scene.colours.style(*colour))
            .data(points)
    });
    let names = curves.iter().flat_map(|(name, colour, _)| {
        let name = Span::styled(*name, scene.colours.style(*colour));
        [name, Span::raw("  ")]
    });
    let title = names.collect::<Line>();
    let times = Axis::default()
        .bounds([0.0, last])
        .labels([clock(0.0), clock(last)]);
    let values = Axis::default()
        .bounds([0.0, top])
        .labels([label(0.0), label(top)]);
    let chart = Chart::new(sets.collect())
        .block(Block::bordered().title(title))
        .x_axis(times)
        .y_axis(values);
    frame.render_widget(chart, area);
}

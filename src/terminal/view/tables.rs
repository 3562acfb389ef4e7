//! Endpoints and errors, the busiest and the most frequent first.
use std::cmp::Reverse;

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Text;
use ratatui::widgets::{Block, Cell, Row, Table};

use super::scene::Scene;
use crate::model::EntryRow;
use crate::report::{foremost, milliseconds, shortened};

/// The border and the row of heads.
const AROUND: usize = 3;
const HEADS: [&str; 8] = [
    "Method", "Name", "# reqs", "# fails", "p50 ms", "p95 ms", "p99 ms", "max ms",
];
const WIDTHS: [Constraint; 8] = [
    Constraint::Length(8),
    Constraint::Fill(1),
    Constraint::Length(9),
    Constraint::Length(9),
    Constraint::Length(8),
    Constraint::Length(8),
    Constraint::Length(8),
    Constraint::Length(8),
];

pub fn endpoints(frame: &mut Frame, area: Rect, scene: &Scene) {
    let room = usize::from(area.height).saturating_sub(AROUND);
    let entries: Vec<&EntryRow> = scene
        .tick
        .snapshot
        .entries
        .iter()
        .map(AsRef::as_ref)
        .collect();
    let (shown, others) = foremost(entries, room, |row| Reverse(row.num_requests));
    let title = match others.len() {
        0 => "Endpoints".to_owned(),
        more => format!("Endpoints, and {more} with fewer requests"),
    };
    let rows = shown.into_iter().map(|row| endpoint(row, scene));
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let table = Table::new(rows, WIDTHS)
        .header(
            Row::new(
                HEADS
                    .iter()
                    .enumerate()
                    .map(|(at, head)| cell(at, (*head).to_owned())),
            )
            .style(bold),
        )
        .block(Block::bordered().title(title));
    frame.render_widget(table, area);
}

fn endpoint<'a>(row: &EntryRow, scene: &Scene) -> Row<'a> {
    let [p50, p95, p99, max] =
        [0.5, 0.95, 0.99, 1.0].map(|quantile| milliseconds(row.exact_percentile_ms(quantile)));
    let texts = [
        shortened(&row.method),
        shortened(&row.name),
        row.num_requests.to_string(),
        row.num_failures.to_string(),
        p50,
        p95,
        p99,
        max,
    ];
    let cells = texts
        .into_iter()
        .enumerate()
        .map(|(at, text)| cell(at, text));
    let style = if row.num_failures > 0 {
        scene.colours.style(Color::Red)
    } else {
        Style::new()
    };
    Row::new(cells).style(style)
}

/// Figures stand on the right.
fn cell<'a>(at: usize, text: String) -> Cell<'a> {
    let text = Text::from(text);
    Cell::from(if at < 2 { text } else { text.right_aligned() })
}

pub fn errors(frame: &mut Frame, area: Rect, scene: &Scene, most: usize) {
    let errors: Vec<_> = scene.tick.snapshot.errors.iter().collect();
    let (shown, others) = foremost(errors, most, |row| Reverse(row.occurrences));
    let title = match others.len() {
        0 => "Errors".to_owned(),
        more => format!("Errors, and {more} that are rarer"),
    };
    let rows = shown.into_iter().map(|row| {
        let name = shortened(&format!("{} {}", row.method, row.name));
        Row::new([row.occurrences.to_string(), name, shortened(&row.shown)])
    });
    let widths = [
        Constraint::Length(9),
        Constraint::Fill(1),
        Constraint::Fill(2),
    ];
    let table = Table::new(rows, widths)
        .style(scene.colours.style(Color::Red))
        .block(Block::bordered().title(title));
    frame.render_widget(table, area);
}

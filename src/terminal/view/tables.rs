//! Endpoints and errors, the busiest and the most frequent first.
use std::cmp::Reverse;
use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize as _};
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Cell, Row, Table};

use super::scene::Scene;
use super::scroll::Scroll;
use rlocust_core::model::EntryRow;
use rlocust_stats::report::{milliseconds, shortened};

/// The border.
const BORDER: usize = 2;
/// With the row of heads.
const AROUND: usize = BORDER + 1;
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

pub fn endpoints(frame: &mut Frame, area: Rect, scene: &Scene, scroll: &mut Scroll) {
    let room = usize::from(area.height).saturating_sub(AROUND);
    let mut entries: Vec<&EntryRow> = scene
        .tick
        .snapshot
        .entries
        .iter()
        .map(AsRef::as_ref)
        .collect();
    let shown = scroll.endpoints.rows(entries.len(), room);
    if entries.len() > room {
        entries.sort_by_key(|row| Reverse(row.num_requests));
    }
    let title = match entries.len() - shown.len() {
        0 => "Endpoints".to_owned(),
        more if shown.start == 0 || shown.is_empty() => {
            format!("Endpoints, and {more} with fewer requests")
        }
        _ => part("Endpoints", &shown, entries.len()),
    };
    let rows = entries[shown].iter().map(|row| endpoint(row, scene));
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
        .block(block(title, !scroll.are_errors_moved()));
    frame.render_widget(table, area);
}

/// What is shown of a table that is scrolled.
fn part(name: &str, shown: &Range<usize>, all: usize) -> String {
    format!("{name} {} to {} of {all}", shown.start + 1, shown.end)
}

/// The title of the table that the keys move is bold.
fn block<'a>(title: String, is_moved: bool) -> Block<'a> {
    let title = Line::from(title);
    Block::bordered().title(if is_moved { title.bold() } else { title })
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

pub fn errors(frame: &mut Frame, area: Rect, scene: &Scene, scroll: &mut Scroll) {
    let room = usize::from(area.height).saturating_sub(BORDER);
    let mut errors: Vec<_> = scene.tick.snapshot.errors.iter().collect();
    let shown = scroll.errors.rows(errors.len(), room);
    if errors.len() > room {
        errors.sort_by_key(|row| Reverse(row.occurrences));
    }
    let title = match errors.len() - shown.len() {
        0 => "Errors".to_owned(),
        more if shown.start == 0 || shown.is_empty() => {
            format!("Errors, and {more} that are rarer")
        }
        _ => part("Errors", &shown, errors.len()),
    };
    let rows = errors[shown].iter().map(|row| {
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
        .block(block(title, scroll.are_errors_moved()));
    frame.render_widget(table, area);
}

//! Where everything stands.
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, LineGauge, Paragraph};

use super::scene::Scene;
use super::scroll::Scroll;
use super::{charts, tables};
use crate::terminal::figures::clock;
use rlocust_stats::report::{Light, milliseconds};

const KEYS: &str =
    "w/W 1/10 users more  s/S fewer  q end the run  ↑↓ PgUp PgDn Home End  Tab table";
/// Rows of the panels of figures, with their borders.
const PANELS: u16 = 7;
/// Rows of what is always there: title, time, panels, keys.
const FIXED: u16 = PANELS + 3;
/// Rows that charts and endpoints have before the log gets any.
const BEFORE_LOG: u16 = 8;
/// Rows of endpoints before charts get any: borders, heads and three.
const ENDPOINTS: u16 = 6;
const LEAST_CHART: u16 = 5;
/// Borders and one line.
const LEAST_PANEL: u16 = 3;
/// Columns of a name in the panel of response times.
const NAMES: u16 = 6;
const MOST_LOG_LINES: usize = 5;
const MOST_ERRORS: usize = 5;

/// Draws all of it. On a small terminal the figures go before the errors, these before charts and endpoints, the log last.
pub fn draw(frame: &mut Frame, scene: &Scene, scroll: &mut Scroll) {
    scroll.settle(!scene.tick.snapshot.errors.is_empty());
    let free = frame.area().height.saturating_sub(FIXED);
    let errors = bordered(scene.tick.snapshot.errors.len().min(MOST_ERRORS), free);
    let free = free.saturating_sub(errors);
    let log = free.saturating_sub(BEFORE_LOG);
    let log = bordered(scene.log.len().min(MOST_LOG_LINES), log);
    let free = free.saturating_sub(log);
    let charts = free.div_ceil(2).min(free.saturating_sub(ENDPOINTS));
    let heights = [
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(PANELS),
        Constraint::Length(if charts < LEAST_CHART { 0 } else { charts }),
        Constraint::Fill(1),
        Constraint::Length(errors),
        Constraint::Length(log),
        Constraint::Length(1),
    ];
    let [title, time, panels, curves, endpoints, failed, log, keys] =
        Layout::vertical(heights).areas(frame.area());
    draw_title(frame, title, scene);
    draw_time(frame, time, scene);
    draw_panels(frame, panels, scene);
    charts::draw(frame, curves, scene);
    tables::endpoints(frame, endpoints, scene, scroll);
    tables::errors(frame, failed, scene, scroll);
    draw_log(frame, log, scene);
    frame.render_widget(Paragraph::new(KEYS), keys);
}

/// The rows of a panel with so many lines; none where not one line fits.
fn bordered(lines: usize, free: u16) -> u16 {
    let rows = (lines as u16 + 2).min(free);
    if lines == 0 || rows < LEAST_PANEL {
        return 0;
    }
    rows
}

fn draw_title(frame: &mut Frame, area: Rect, scene: &Scene) {
    let figures = scene.figures;
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let colour = match figures.light {
        Light::Green => Color::Green,
        Light::Amber => Color::Yellow,
        Light::Red => Color::Red,
    };
    let line = Line::from(vec![
        Span::styled("rlocust  ", bold),
        Span::raw(format!("{}  ", figures.state)),
        Span::styled(figures.reason.clone(), scene.colours.style(colour)),
    ]);
    frame.render_widget(Paragraph::new(line), area);
}

fn draw_time(frame: &mut Frame, area: Rect, scene: &Scene) {
    let elapsed = scene.figures.elapsed_s.unwrap_or(0.0);
    let Some(limit) = scene.figures.run_time_s.filter(|limit| *limit > 0.0) else {
        frame.render_widget(Paragraph::new(clock(elapsed)), area);
        return;
    };
    let gauge = LineGauge::default()
        .ratio((elapsed / limit).clamp(0.0, 1.0))
        .label(format!("{} / {}", clock(elapsed), clock(limit)))
        .filled_symbol(symbols::block::FULL)
        .filled_style(scene.colours.style(Color::Cyan));
    frame.render_widget(gauge, area);
}

fn draw_panels(frame: &mut Frame, area: Rect, scene: &Scene) {
    let [left, right] = Layout::horizontal([Constraint::Fill(1); 2]).areas(area);
    let (figures, pace) = (scene.figures, &scene.figures.pace);
    let workers = if figures.workers > 0 {
        format!(" on {} workers", figures.workers)
    } else {
        String::new()
    };
    let requests = scene.tick.snapshot.total.num_requests;
    let percent = figures.fail_ratio * 100.0;
    let lines = [
        format!(
            "users      {} of {}{workers}",
            figures.users, figures.target_users
        ),
        format!("requests   {requests}"),
        format!("req/s      {:.1}", pace.requests_per_s),
        format!("failed     {} ({percent:.2} %)", figures.failures),
        format!("failed/s   {:.1}", pace.failures_per_s),
    ];
    frame.render_widget(panel("Load", lines), left);
    frame.render_widget(
        panel("Response times in ms", times(scene, right.width)),
        right,
    );
}

/// Those of the last seconds beside those of the whole run, in a panel of so many columns.
fn times(scene: &Scene, columns: u16) -> [String; 5] {
    let width = usize::from(columns.saturating_sub(NAMES + 2) / 2).clamp(6, 12);
    let heads = if width < 10 {
        ["10 s", "run"]
    } else {
        ["last 10 s", "whole run"]
    };
    let total = &scene.tick.snapshot.total;
    let recent = scene.figures.pace.times_ms;
    let row = |name: &str, quantile: f64, at: usize| {
        let late = recent.map_or_else(|| "-".to_owned(), |times| milliseconds(times[at]));
        let whole = milliseconds(total.exact_percentile_ms(quantile));
        format!("{name:<6}{late:>width$}{whole:>width$}")
    };
    [
        format!("{:<6}{:>width$}{:>width$}", "", heads[0], heads[1]),
        row("p50", 0.5, 0),
        row("p95", 0.95, 1),
        row("p99", 0.99, 2),
        format!(
            "{:<6}{:>width$}{:>width$}",
            "max",
            "",
            milliseconds(total.exact_percentile_ms(1.0))
        ),
    ]
}

fn panel<const N: usize>(title: &str, lines: [String; N]) -> Paragraph<'_> {
    let lines: Vec<Line> = lines.into_iter().map(Line::from).collect();
    Paragraph::new(lines).block(Block::bordered().title(title))
}

fn draw_log(frame: &mut Frame, area: Rect, scene: &Scene) {
    let lines = usize::from(area.height.saturating_sub(2)).min(MOST_LOG_LINES);
    let first = scene.log.len().saturating_sub(lines);
    let lines = scene.log[first..]
        .iter()
        .map(|line| Line::from(line.as_str()));
    let lines: Vec<Line> = lines.collect();
    frame.render_widget(
        Paragraph::new(lines).block(Block::bordered().title("Log")),
        area,
    );
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::terminal::figures::Follower;
    use crate::terminal::view::{Colours, Course, Scrolling};
    use rlocust_core::histogram::Exact;
    use rlocust_core::model::{EntryRow, ErrorRow, RunState, Snapshot, State, Tick};

    fn row(method: &str, name: &str, requests: i64, failures: i64) -> EntryRow {
        let mut exact = Exact::default();
        exact.record_many_us(1_250, requests.unsigned_abs());
        EntryRow {
            method: method.into(),
            name: name.into(),
            num_requests: requests,
            num_failures: failures,
            exact: Arc::new(exact),
            ..EntryRow::default()
        }
    }

    /// A second of a test with so many requests of two endpoints.
    fn tick(second: i64) -> Tick {
        let entries = [
            row("GET", "/", 10 * second, 0),
            row("POST", "/todos", 30 * second, second),
        ];
        let error = ErrorRow {
            method: "POST".into(),
            name: "/todos".into(),
            shown: "500 Server Error".into(),
            occurrences: second,
            ..ErrorRow::default()
        };
        Tick {
            now: 100.0 + second as f64,
            snapshot: Snapshot {
                entries: entries.into_iter().map(Arc::new).collect(),
                total: Arc::new(row("", "Aggregated", 40 * second, second)),
                errors: vec![Arc::new(error)],
                ..Snapshot::default()
            },
            run: Arc::new(RunState {
                state: Some(State::Running),
                user_count: 7,
                target_user_count: 8,
                started_at: Some(100.0),
                ..RunState::default()
            }),
            ..Tick::default()
        }
    }

    /// What the terminal shows after ten seconds.
    fn shown(columns: u16, rows: u16, colours: Colours) -> Terminal<TestBackend> {
        let (mut follower, mut course) = (Follower::new(Some(60.0)), Course::default());
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("in memory");
        for second in 0..=10 {
            let tick = tick(second);
            let figures = follower.follow(&tick, std::time::Duration::ZERO);
            course.follow(&tick);
            let scene = Scene {
                figures: &figures,
                tick: &tick,
                course: &course,
                log: &["the first line".to_owned(), "the second".to_owned()],
                colours,
            };
            terminal
                .draw(|frame| draw(frame, &scene, &mut Scroll::default()))
                .expect("in memory");
        }
        terminal
    }

    #[test]
    fn the_view_shows_the_run_at_a_glance() {
        insta::assert_snapshot!(shown(90, 38, Colours::Shown).backend());
    }

    /// The lines that name an endpoint or an error of many, after these keys.
    fn scrolled(keys: &[Scrolling]) -> Vec<String> {
        let mut tick = tick(1);
        let names = (1..=100).map(|at| format!("/{at:03}"));
        let entries = names.map(|name| Arc::new(row("GET", &name, 1_000, 0)));
        tick.snapshot.entries = entries.collect();
        let error = |at: i64| ErrorRow {
            shown: format!("fault {at:02}").into(),
            occurrences: 1_000 - at,
            ..ErrorRow::default()
        };
        tick.snapshot.errors = (1..=20).map(|at| Arc::new(error(at))).collect();
        let figures = Follower::new(None).follow(&tick, std::time::Duration::ZERO);
        let (course, mut scroll) = (Course::default(), Scroll::default());
        let mut terminal = Terminal::new(TestBackend::new(90, 40)).expect("in memory");
        let scene = Scene {
            figures: &figures,
            tick: &tick,
            course: &course,
            log: &[],
            colours: Colours::None,
        };
        for key in keys.iter().map(Some).chain([None]) {
            let drawn = terminal.draw(|frame| draw(frame, &scene, &mut scroll));
            drawn.expect("in memory");
            if let Some(key) = key {
                scroll.obey(*key);
            }
        }
        let text = terminal.backend().to_string();
        let lines = text.lines().filter(|line| {
            ["/0", "/1", "fault", "Endpoints", "Errors"]
                .iter()
                .any(|sign| line.contains(sign))
        });
        lines.map(str::to_owned).collect()
    }

    #[test]
    fn tables_are_scrolled_by_keys_to_their_ends() {
        use Scrolling::{Down, First, Last, OtherTable, PageDown, Up};
        let has = |lines: &[String], text: &str| lines.iter().any(|line| line.contains(text));
        let top = scrolled(&[]);
        assert!(
            has(&top, "/001") && has(&top, "with fewer requests"),
            "{top:?}"
        );
        let down = scrolled(&[Down, Down, Up]);
        assert!(!has(&down, "/001") && has(&down, "/002"), "{down:?}");
        assert!(has(&down, "Endpoints 2 to "), "{down:?}");
        let page = scrolled(&[PageDown]);
        let shown = top.iter().filter(|line| line.contains("GET")).count();
        assert!(has(
            &page,
            &format!("Endpoints {} to {}", shown + 1, 2 * shown)
        ));
        let end = scrolled(&[Last]);
        assert!(has(&end, "/100") && has(&end, " to 100 of 100"), "{end:?}");
        assert_eq!(scrolled(&[Last, First]), top);
        let errors = scrolled(&[OtherTable, Last]);
        assert!(
            has(&errors, "/001") && has(&errors, "fault 20"),
            "{errors:?}"
        );
        assert!(has(&errors, "Errors 16 to 20 of 20"), "{errors:?}");
    }

    #[test]
    fn figures_go_before_log_lines() {
        let small = shown(50, 12, Colours::None).backend().to_string();
        for figure in [
            "users      7 of 8",
            "req/s",
            "10 s     run",
            "p99",
            "failed/s",
            "w/W",
        ] {
            assert!(small.contains(figure), "{figure}\n{small}");
        }
        assert!(!small.contains("the second"), "{small}");
        let larger = shown(90, 25, Colours::None).backend().to_string();
        assert!(larger.contains("the second"), "{larger}");
    }

    #[test]
    fn no_terminal_is_too_small() {
        for (columns, rows) in [(1, 1), (2, 40), (200, 2), (20, 10), (300, 100)] {
            shown(columns, rows, Colours::Shown);
        }
    }

    #[test]
    fn nothing_is_coloured_where_colours_are_not_wanted() {
        let is_coloured = |colours: Colours| {
            let terminal = shown(90, 38, colours);
            let cells = terminal.backend().buffer().content().iter();
            cells
                .into_iter()
                .any(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset)
        };
        assert!(is_coloured(Colours::Shown));
        assert!(!is_coloured(Colours::None));
    }

    #[test]
    fn only_the_rows_with_failures_are_red() {
        let terminal = shown(90, 38, Colours::Shown);
        let buffer = terminal.backend().buffer();
        let area = buffer.area();
        let red_rows = (0..area.height).filter(|row| {
            let line = (0..area.width).map(|column| &buffer[(column, *row)]);
            line.filter(|cell| cell.fg == Color::Red).count() > 40
        });
        let text = |row: u16| -> String {
            (0..area.width)
                .map(|column| buffer[(column, row)].symbol())
                .collect()
        };
        let red: Vec<String> = red_rows
            .map(text)
            .filter(|line| line.contains('/'))
            .collect();
        assert!(red.iter().any(|line| line.contains("POST")), "{red:?}");
        assert!(!red.iter().any(|line| line.contains("GET")), "{red:?}");
    }
}

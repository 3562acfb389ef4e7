//! The view of `--tui` on a real terminal: its other screen while the run lasts, then the one that was there before, with
//! what was printed meanwhile.
use std::io::{self, BufWriter, Write as _};

use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use super::capture::Capture;
use super::figures::{Figures, Follower};
use super::painter::Picture;
use super::tty::{Screen as _, Tty};
use super::view::{Colours, Course, Scene, Scroll, Scrolling, draw};
use rlocust_core::model::Tick;
use rlocust_run::run::RunHandle;

const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l";
const LEAVE: &[u8] = b"\x1b[?25h\x1b[?1049l";
/// Lines of the log that the view may show.
const LOG_LINES: usize = 20;
/// Columns and rows of the view at most: a terminal may claim to be of 65 535 by 65 535, which is 4 billion cells.
const MOST: (u16, u16) = (1_000, 500);
/// Where the terminal does not say.
const USUAL: (u16, u16) = (80, 24);
/// Bytes that go to the terminal at once.
const BUFFER: usize = 64 << 10;

pub struct FullScreen {
    terminal: Terminal<CrosstermBackend<BufWriter<Tty>>>,
    tty: Tty,
    area: Rect,
    /// Nothing once it is given back.
    capture: Option<Capture>,
    /// Whether another job has had the terminal.
    was_away: bool,
    follower: Follower,
    course: Course,
    scroll: Scroll,
    /// What is shown, to be shown scrolled.
    last: Option<(Figures, Tick)>,
    run: RunHandle,
    colours: Colours,
}

impl FullScreen {
    /// Takes the screen.
    ///
    /// # Errors
    /// When the terminal does not say how large it is, or the system grants no pipe.
    pub fn open(
        tty: Tty,
        run: RunHandle,
        run_time_s: Option<f64>,
        colours: Colours,
    ) -> io::Result<Self> {
        let drawn_on = BufWriter::with_capacity(BUFFER, tty.try_clone()?);
        let area = area_of(&tty);
        let viewport = Viewport::Fixed(area);
        let backend = CrosstermBackend::new(drawn_on);
        let terminal = Terminal::with_options(backend, TerminalOptions { viewport })?;
        let mut screen = Self {
            terminal,
            tty,
            area,
            capture: Some(Capture::begin()?),
            was_away: false,
            follower: Follower::new(run_time_s),
            course: Course::default(),
            scroll: Scroll::default(),
            last: None,
            run,
            colours,
        };
        screen.tty.write_all(ENTER)?;
        Ok(screen)
    }
}

impl Picture for FullScreen {
    fn draw(&mut self, tick: &Tick) -> io::Result<()> {
        let figures = self.follower.follow(tick, self.run.silence());
        self.course.follow(tick);
        self.last = Some((figures, tick.clone()));
        self.show()
    }

    fn scroll(&mut self, asked: &[Scrolling]) -> io::Result<()> {
        for asked in asked {
            self.scroll.obey(*asked);
        }
        self.show()
    }
}

impl FullScreen {
    fn show(&mut self) -> io::Result<()> {
        let Some((figures, tick)) = &self.last else {
            return Ok(());
        };
        if !self.tty.is_ours() {
            self.was_away = true;
            return Ok(());
        }
        if std::mem::take(&mut self.was_away) {
            self.tty.write_all(ENTER)?;
            self.terminal.clear()?;
        }
        let area = area_of(&self.tty);
        if std::mem::replace(&mut self.area, area) != area {
            self.terminal.resize(area)?;
        }
        let log = self.capture.as_ref().map(|capture| capture.last(LOG_LINES));
        let scene = Scene {
            figures,
            tick,
            course: &self.course,
            log: &log.unwrap_or_default(),
            colours: self.colours,
        };
        let scroll = &mut self.scroll;
        self.terminal.draw(|frame| draw(frame, &scene, scroll))?;
        Ok(())
    }
}

fn area_of(tty: &Tty) -> Rect {
    let (columns, rows) = tty.size().unwrap_or(USUAL);
    Rect::new(0, 0, columns.min(MOST.0), rows.min(MOST.1))
}

impl Drop for FullScreen {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing.
        self.terminal.show_cursor().ok();
        self.tty.write_all(LEAVE).ok();
        if let Some(capture) = self.capture.take() {
            self.tty.write_all(capture.end().as_bytes()).ok();
        }
    }
}

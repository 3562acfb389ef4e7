//! The live line and the full-screen view as outputs of a run.
use std::io;
use std::sync::Arc;

use super::bottom_row::BottomRow;
use super::figures::Follower;
use super::full_screen::FullScreen;
use super::painter::{Painter, Picture};
use super::status;
use super::tty::{Screen, Tty};
use super::view::{Colours, Scrolling};
use rlocust_core::model::Tick;
use rlocust_run::run::{Output, OutputError, RunHandle};

/// Draws a run while it lasts.
pub struct TerminalOutput {
    painter: Arc<Painter>,
    is_whole_screen: bool,
}

/// What others than the run ask of the terminal: to scroll, and to give it back before the run says so.
#[derive(Clone)]
pub struct TerminalRestorer {
    painter: Arc<Painter>,
    is_whole_screen: bool,
}

impl TerminalRestorer {
    /// The view obeys at once; the line has nothing to scroll.
    pub fn scroll(&self, asked: Scrolling) {
        self.painter.scroll(asked);
    }

    /// While held, the line keeps still; a view of the whole screen, under which nothing else can be read, ends.
    pub fn hold(&self, is_held: bool) {
        if self.is_whole_screen && is_held {
            self.restore();
        }
        self.painter.hold(is_held);
    }

    /// Waits a second at most. Nothing where it is given back already.
    pub fn restore(&self) {
        self.painter.end();
    }
}

impl TerminalOutput {
    /// One line on the last row of the terminal. `run_time_s`: how long the run is to last, where it has a limit.
    ///
    /// # Errors
    /// When the system grants no thread.
    pub fn status_line(tty: Tty, run: RunHandle, run_time_s: Option<f64>) -> io::Result<Self> {
        let line = StatusLine {
            row: BottomRow::new(tty),
            follower: Follower::new(run_time_s),
            run,
        };
        Ok(Self {
            painter: Arc::new(Painter::start(line)?),
            is_whole_screen: false,
        })
    }

    /// A view of the whole screen, and none of the lines that are printed meanwhile: they come with the screen that is
    /// given back.
    ///
    /// # Errors
    /// When the terminal does not say how large it is, or the system grants no thread or no pipe.
    pub fn full_screen(
        tty: Tty,
        run: RunHandle,
        run_time_s: Option<f64>,
        colours: Colours,
    ) -> io::Result<Self> {
        let screen = FullScreen::open(tty, run, run_time_s, colours)?;
        Ok(Self {
            painter: Arc::new(Painter::start(screen)?),
            is_whole_screen: true,
        })
    }

    pub fn restorer(&self) -> TerminalRestorer {
        TerminalRestorer {
            painter: Arc::clone(&self.painter),
            is_whole_screen: self.is_whole_screen,
        }
    }
}

impl Output for TerminalOutput {
    fn tick(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.painter.put(tick);
        Ok(())
    }

    fn finish(&mut self, _: &Arc<Tick>) -> Result<(), OutputError> {
        self.painter.end();
        Ok(())
    }
}

impl Drop for TerminalOutput {
    fn drop(&mut self) {
        self.painter.end();
    }
}

struct StatusLine<S: Screen> {
    row: BottomRow<S>,
    follower: Follower,
    run: RunHandle,
}

impl<S: Screen> Picture for StatusLine<S> {
    fn draw(&mut self, tick: &Tick) -> io::Result<()> {
        let figures = self.follower.follow(tick, self.run.silence());
        self.row.show(|columns| status::line(&figures, columns))
    }
}

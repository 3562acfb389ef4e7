//! The thread that draws. A terminal may stop taking bytes (Ctrl-S, a line that hangs): then this thread stands, the
//! run goes on, and only the newest tick waits for it.
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::view::Scrolling;
use rlocust_core::model::Tick;

/// For the last strokes; a terminal that takes longer is left as it is.
const PATIENCE: Duration = Duration::from_secs(1);

/// Its CPU counts as the service thread's: the system keeps the first 15 letters.
const NAME: &str = "rlocust-service-terminal";

/// What is drawn. Dropped, it leaves the terminal as it found it.
pub trait Picture: Send {
    /// # Errors
    /// When the terminal is gone: nothing more is drawn.
    fn draw(&mut self, tick: &Tick) -> io::Result<()>;

    /// What was drawn last, scrolled.
    ///
    /// # Errors
    /// As above.
    fn scroll(&mut self, _: &[Scrolling]) -> io::Result<()> {
        Ok(())
    }
}

/// Has a picture drawn, again with each tick.
pub struct Painter {
    next: Arc<Next>,
    ended: Mutex<Option<Receiver<()>>>,
    /// A forked child has no such thread, and the terminal is its parent's.
    process: u32,
}

#[derive(Default)]
struct Next {
    work: Mutex<Work>,
    wake_up: Condvar,
}

#[derive(Default)]
struct Work {
    tick: Option<Arc<Tick>>,
    scrollings: Vec<Scrolling>,
    is_held: bool,
    is_over: bool,
}

/// Of keys that are held down while the terminal takes nothing.
const MOST_SCROLLINGS: usize = 1_000;

impl Painter {
    /// # Errors
    /// When the system grants no thread.
    pub fn start(picture: impl Picture + 'static) -> io::Result<Self> {
        let next = Arc::<Next>::default();
        let (send_ended, ended) = sync_channel(1);
        let own = Arc::clone(&next);
        std::thread::Builder::new()
            .name(NAME.to_owned())
            .spawn(move || {
                let mut picture = picture;
                while let Some(work) = own.wait() {
                    if work.done_by(&mut picture).is_err() {
                        break;
                    }
                }
                drop(picture);
                send_ended.send(()).ok(); // nobody listens when the wait for us was given up
            })?;
        Ok(Self {
            next,
            ended: Mutex::new(Some(ended)),
            process: std::process::id(),
        })
    }

    /// Never waits: a tick that was not drawn yet is forgotten.
    pub fn put(&self, tick: &Arc<Tick>) {
        self.next.work.lock().tick = Some(Arc::clone(tick));
        self.next.wake_up.notify_one();
    }

    /// Never waits either.
    pub fn scroll(&self, asked: Scrolling) {
        let mut work = self.next.work.lock();
        if work.scrollings.len() < MOST_SCROLLINGS {
            work.scrollings.push(asked);
        }
        drop(work);
        self.next.wake_up.notify_one();
    }

    /// Nothing is drawn until it is let go; the newest tick waits. A stroke that has begun is finished.
    pub fn hold(&self, is_held: bool) {
        self.next.work.lock().is_held = is_held;
        self.next.wake_up.notify_one();
    }

    /// Ends the drawing and waits for it, a second at most. Whoever comes second finds it done.
    pub fn end(&self) {
        if self.process != std::process::id() {
            return;
        }
        self.next.work.lock().is_over = true;
        self.next.wake_up.notify_one();
        if let Some(ended) = self.ended.lock().take() {
            ended.recv_timeout(PATIENCE).ok(); // it stands
        }
    }
}

impl Next {
    /// What is to be drawn next; nothing at the end.
    fn wait(&self) -> Option<Work> {
        let mut work = self.work.lock();
        loop {
            if work.is_over {
                return None;
            }
            if !work.is_held && (work.tick.is_some() || !work.scrollings.is_empty()) {
                return Some(std::mem::take(&mut work));
            }
            self.wake_up.wait(&mut work);
        }
    }
}

impl Work {
    fn done_by(&self, picture: &mut impl Picture) -> io::Result<()> {
        if !self.scrollings.is_empty() {
            picture.scroll(&self.scrollings)?;
        }
        self.tick.as_ref().map_or(Ok(()), |tick| picture.draw(tick))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;
    use rlocust_testing::waiting::DEADLINE;

    struct Followed {
        drawn: Sender<f64>,
        may_go_on: Receiver<()>,
    }

    impl Picture for Followed {
        fn draw(&mut self, tick: &Tick) -> io::Result<()> {
            self.drawn.send(tick.now).map_err(io::Error::other)?;
            self.may_go_on.recv().map_err(io::Error::other)
        }
    }

    impl Drop for Followed {
        fn drop(&mut self) {
            self.drawn.send(f64::NAN).ok();
        }
    }

    fn at(now: f64) -> Arc<Tick> {
        Arc::new(Tick {
            now,
            ..Tick::default()
        })
    }

    #[test]
    fn of_the_ticks_that_came_meanwhile_the_newest_is_drawn() {
        let (drawn, drawings) = channel();
        let (go_on, may_go_on) = channel();
        let painter = Painter::start(Followed { drawn, may_go_on }).expect("a thread");
        painter.put(&at(1.0));
        assert_eq!(drawings.recv_timeout(DEADLINE), Ok(1.0));
        painter.put(&at(2.0));
        painter.put(&at(3.0));
        go_on.send(()).expect("it waits");
        assert_eq!(drawings.recv_timeout(DEADLINE), Ok(3.0));
        go_on.send(()).expect("it waits");
        painter.end();
        painter.end();
        assert!(
            drawings.recv_timeout(DEADLINE).is_ok_and(f64::is_nan),
            "the picture is dropped"
        );
    }

    #[test]
    fn while_held_nothing_is_drawn_and_then_the_newest() {
        let (drawn, drawings) = channel();
        let (go_on, may_go_on) = channel();
        let painter = Painter::start(Followed { drawn, may_go_on }).expect("a thread");
        painter.hold(true);
        painter.put(&at(1.0));
        painter.put(&at(2.0));
        painter.hold(false);
        go_on.send(()).expect("it waits");
        assert_eq!(drawings.recv_timeout(DEADLINE), Ok(2.0));
        painter.hold(true);
        painter.put(&at(3.0));
        painter.end();
        assert!(
            drawings.recv_timeout(DEADLINE).is_ok_and(f64::is_nan),
            "what was held is not drawn at the end"
        );
    }

    #[test]
    fn a_terminal_that_takes_nothing_holds_up_nobody() {
        let (drawn, drawings) = channel();
        let (_go_on, may_go_on) = channel();
        let painter = Painter::start(Followed { drawn, may_go_on }).expect("a thread");
        painter.put(&at(1.0));
        assert_eq!(drawings.recv_timeout(DEADLINE), Ok(1.0));
        painter.put(&at(2.0));
        painter.end();
        assert!(drawings.try_recv().is_err());
    }
}

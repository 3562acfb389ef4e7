//! News for whoever owns the run: outputs put them here from the service thread, the owner is rung and collects.
//! The service thread itself never logs, prints or ends anything.
use parking_lot::Mutex;

/// Something the owner of the run should hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// An output is in trouble; one line.
    Trouble(String),
    /// Worth a line, nothing is wrong.
    Note(String),
    /// The run should end now, for this reason.
    Stop(String),
    /// The service thread is dead, by this panic: outputs are frozen.
    Died(String),
}

/// Where news lie until they are collected.
pub struct Newsroom {
    waiting: Mutex<Vec<News>>,
    ring: Box<dyn Fn() + Send + Sync>,
}

impl Newsroom {
    /// `ring` is called after each piece of news, from any thread.
    pub fn new(ring: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            waiting: Mutex::default(),
            ring: Box::new(ring),
        }
    }

    pub fn tell(&self, news: News) {
        self.waiting.lock().push(news);
        (self.ring)();
    }

    pub fn collect(&self) -> Vec<News> {
        std::mem::take(&mut *self.waiting.lock())
    }
}

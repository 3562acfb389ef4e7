//! An I/O thread as the engine and the service thread know it: where its commands go, what its calls share, and whether
//! it still takes its turns.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use crate::calls::command::Command;
use crate::calls::shared::LaneShared;
use crate::sessions::idle::has_looked;
use rlocust_core::liveness::{Liveness, WatchedThread, Work};

use super::inbox::Inbox;
use super::io_loop;

pub(crate) struct IoThread {
    name: String,
    inbox: Arc<Inbox>,
    liveness: Arc<Liveness>,
    shared: Arc<LaneShared>,
}

impl IoThread {
    pub(crate) fn new(number: usize, shared: LaneShared) -> Self {
        let inbox = Arc::<Inbox>::default();
        let nudged = Arc::clone(&inbox);
        Self {
            name: format!("rlocust-io-{number}"),
            inbox,
            liveness: Arc::new(Liveness::new(Arc::new(move || nudged.nudge()))),
            shared: Arc::new(shared),
        }
    }

    pub(crate) fn start(&self) -> io::Result<JoinHandle<()>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .on_thread_unpark(has_looked)
            .thread_name(format!("{}+", self.name))
            .build()?;
        let (inbox, shared) = (Arc::clone(&self.inbox), Arc::clone(&self.shared));
        let liveness = Arc::clone(&self.liveness);
        std::thread::Builder::new()
            .name(self.name.clone())
            .spawn(move || {
                let ran = catch_unwind(AssertUnwindSafe(|| {
                    io_loop::run(runtime, &inbox, &liveness, &shared);
                }));
                liveness.end();
                if let Err(panic) = ran {
                    shared.sink.thread_died(panic_text(&*panic));
                }
            })
    }

    pub(crate) fn put(&self, commands: impl Iterator<Item = Command>) {
        for refused in self.inbox.put(commands) {
            self.shared.refuse(refused);
        }
    }

    /// Answers what was not taken up, as cut before it was sent.
    pub(crate) fn refuse_waiting(&self) {
        for command in self.inbox.take_all() {
            self.shared.refuse(command);
        }
    }

    pub(crate) fn close(&self) {
        self.inbox.close();
    }
}

impl WatchedThread for IoThread {
    fn name(&self) -> &str {
        &self.name
    }

    fn liveness(&self) -> &Liveness {
        &self.liveness
    }

    fn work(&self) -> Work {
        Work {
            waiting: self.inbox.calls(),
            under_way: self.shared.running.count(),
            host: self.shared.running.last_host(),
        }
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic".to_owned())
}

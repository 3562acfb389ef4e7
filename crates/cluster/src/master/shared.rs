//! What the holder of a master's node and its thread both see.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use crate::commands::Commands;
use crate::inbox::Inbox;
use rlocust_run::run::RunHandle;
use rlocust_stats::stats::Recorder;

/// What the node thread is asked to do, in order.
#[derive(Debug)]
pub enum Command {
    Send {
        to: String,
        frame: Vec<u8>,
    },
    Admit {
        id: String,
        index: i64,
        version: String,
    },
    /// A worker has left; `is_lost` where it had no time to report.
    Forget {
        id: String,
        is_lost: bool,
    },
    /// Nothing more is waited for: what workers have not reported is lost. Answered once that is published.
    Settle(SyncSender<()>),
    Close(Duration),
}

/// What both sides see.
pub struct Shared {
    pub inbox: Arc<Inbox>,
    pub commands: Commands<Command>,
    /// Whether reports are added up before the script gets the rest of them.
    pub is_merging: AtomicBool,
    pub malformed: AtomicU64,
    pub recorder: Arc<Recorder>,
    pub run: RunHandle,
}

//! The exact bookkeeping at two levels. *Attempts* are what went onto the wire: every redirect hop and every
//! resend. *Samples* are what a script asked for. Nothing sent or asked may be missing from both.

/// One class of the accounting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Outcome {
    /// Sample: reported as a success.
    Ok,
    /// Sample: reported as a failure, after it was sent.
    Failed,
    /// Sample: given up when its user was stopped, killed or timed out by the script, before anything of its
    /// (current hop's) request was written.
    CutNotSent,
    /// Sample: the same, after sending, before any byte of the answer.
    CutSent,
    /// Sample: the same, while the answer was coming in.
    CutAnswering,
    /// Sample: finished, but the script never let it be reported, as is known once its response is given up or
    /// the run is over.
    Unreported,
    /// Sample: failed before anything was sent (refused, DNS, TLS).
    FailedBeforeSend,
    /// Sample sent and timed by a Python client, past the engine; counted beside the classes above.
    PythonTimed,
    /// Attempt: the server answered.
    Answered,
    /// Attempt: sent, then reset, timed out or broken.
    FailedAfterSend,
    /// Attempt: sent, then cut by us.
    CutAfterSend,
}

impl Outcome {
    /// How many classes there are.
    pub const CLASSES: usize = 11;
}

/// All classes at one instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accounting {
    pub ok: u64,
    pub failed: u64,
    pub cut_not_sent: u64,
    pub cut_sent: u64,
    pub cut_answering: u64,
    pub unreported: u64,
    pub failed_before_send: u64,
    pub python_timed: u64,
    pub answered: u64,
    pub failed_after_send: u64,
    pub cut_after_send: u64,
    /// Samples finished on the wire whose outcome the script has still to say; none after the end of a run.
    pub open: u64,
}

impl Accounting {
    /// Those whose outcome is known; with `open`, all that a script asked for.
    pub fn samples(&self) -> u64 {
        self.ok + self.failed + self.cut() + self.unreported + self.failed_before_send
    }

    /// Cut samples of every phase.
    pub fn cut(&self) -> u64 {
        self.cut_not_sent + self.cut_sent + self.cut_answering
    }

    pub fn attempts(&self) -> u64 {
        self.answered + self.failed_after_send + self.cut_after_send
    }

    /// Every class with its name as files and metrics spell it.
    pub fn classes(&self) -> [(&'static str, u64); Outcome::CLASSES] {
        [
            ("ok", self.ok),
            ("failed", self.failed),
            ("cut_not_sent", self.cut_not_sent),
            ("cut_sent", self.cut_sent),
            ("cut_answering", self.cut_answering),
            ("unreported", self.unreported),
            ("failed_before_send", self.failed_before_send),
            ("python_timed", self.python_timed),
            ("answered", self.answered),
            ("failed_after_send", self.failed_after_send),
            ("cut_after_send", self.cut_after_send),
        ]
    }

    /// Sets the class of this name; names of later versions are passed over.
    pub fn set(&mut self, class: &str, count: u64) {
        match class {
            "ok" => self.ok = count,
            "failed" => self.failed = count,
            "cut_not_sent" => self.cut_not_sent = count,
            "cut_sent" => self.cut_sent = count,
            "cut_answering" => self.cut_answering = count,
            "unreported" => self.unreported = count,
            "failed_before_send" => self.failed_before_send = count,
            "python_timed" => self.python_timed = count,
            "answered" => self.answered = count,
            "failed_after_send" => self.failed_after_send = count,
            "cut_after_send" => self.cut_after_send = count,
            _ => {}
        }
    }
}

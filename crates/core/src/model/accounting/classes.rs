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
    /// Sample: the same, while a Python client carried it or its I/O thread stood still: nobody sees how far it was.
    CutUnknown,
    /// Sample: finished, but the script never let it be reported, as is known once its response is given up or
    /// the run is over.
    Unreported,
    /// Sample: failed before anything was sent (refused, DNS, TLS).
    FailedBeforeSend,
    /// Sample carried by a Python client, past the engine, also one that was cut; counted beside the classes above.
    PythonTimed,
    /// Those among them whose attempts nobody has seen.
    AttemptsUnknown,
    /// Sample that the script reported by firing the event itself; counted beside the classes above. Nobody sees its
    /// attempts, nor whether others of its kind were cut or never reported.
    FiredBySuite,
    /// Sample that a worker of Locust's reported; counted beside the classes above, and as little is seen of it as of one
    /// that the suite fired.
    ByLocustWorkers,
    /// Attempt: the server answered.
    Answered,
    /// Attempt: sent, then reset, timed out or broken.
    FailedAfterSend,
    /// Attempt: sent, then cut by us.
    CutAfterSend,
}

impl Outcome {
    /// How many classes there are.
    pub const CLASSES: usize = 15;
}

/// All classes at one instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accounting {
    pub ok: u64,
    pub failed: u64,
    pub cut_not_sent: u64,
    pub cut_sent: u64,
    pub cut_answering: u64,
    pub cut_unknown: u64,
    pub unreported: u64,
    pub failed_before_send: u64,
    pub python_timed: u64,
    pub attempts_unknown: u64,
    pub fired_by_suite: u64,
    pub by_locust_workers: u64,
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
        self.cut_not_sent + self.cut_sent + self.cut_answering + self.cut_unknown
    }

    /// Of so many samples nobody knows how many attempts they took.
    pub fn samples_of_unknown_attempts(&self) -> u64 {
        self.attempts_unknown + self.of_unseen_ends()
    }

    /// Whether every sample that was cut or never reported is known to be one.
    pub fn sees_every_end(&self) -> bool {
        self.of_unseen_ends() == 0
    }

    /// How many samples came from where those that were cut or never reported are not seen.
    pub fn of_unseen_ends(&self) -> u64 {
        self.fired_by_suite + self.by_locust_workers
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
            ("cut_unknown", self.cut_unknown),
            ("unreported", self.unreported),
            ("failed_before_send", self.failed_before_send),
            ("python_timed", self.python_timed),
            ("attempts_unknown", self.attempts_unknown),
            ("fired_by_suite", self.fired_by_suite),
            ("by_locust_workers", self.by_locust_workers),
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
            "cut_unknown" => self.cut_unknown = count,
            "unreported" => self.unreported = count,
            "failed_before_send" => self.failed_before_send = count,
            "python_timed" => self.python_timed = count,
            "attempts_unknown" => self.attempts_unknown = count,
            "fired_by_suite" => self.fired_by_suite = count,
            "by_locust_workers" => self.by_locust_workers = count,
            "answered" => self.answered = count,
            "failed_after_send" => self.failed_after_send = count,
            "cut_after_send" => self.cut_after_send = count,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_cut_ones_are_sums_of_their_classes() {
        let accounting = Accounting {
            ok: 1,
            failed: 2,
            cut_not_sent: 4,
            cut_sent: 8,
            cut_answering: 16,
            cut_unknown: 32,
            unreported: 64,
            failed_before_send: 128,
            attempts_unknown: 256,
            fired_by_suite: 512,
            by_locust_workers: 1024,
            open: 2048,
            ..Accounting::default()
        };
        assert_eq!(accounting.cut(), 60);
        assert_eq!(accounting.samples(), 255);
        assert_eq!(accounting.samples_of_unknown_attempts(), 1792);
    }
}

//! The thread of a worker's node: it beats, reports, reconnects, and hands what its master says to the script.
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tracing::warn;
use zmq::{Context, Socket};

use super::access::{Access, Heard};
use super::periodic::Periodic;
use super::shared::{Address, Command, Shared};
use crate::auth::{Refusal, Unproven};
use crate::codec::{HEARTBEAT, Malformed, Message, fits_worker, written};
use crate::inbox::Sender;
use crate::node::poll;
use crate::wire::{self, Received, Sent};
use rlocust_core::clock;

/// How long the thread sleeps where nothing is due.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// How long a socket that is replaced may take to get rid of what it has.
const LAST_WORDS_MS: i32 = 1_000;
/// Frames that wait for a connection beside those that libzmq keeps.
const MOST_UNSENT: usize = 64 << 20;
const MOST_IN_A_TURN: usize = 256;
/// Before there is a heartbeat that sets it.
const INTERVAL: Duration = Duration::from_secs(1);

pub struct Working {
    context: Context,
    socket: Socket,
    shared: Arc<Shared>,
    master: Arc<str>,
    unsent: VecDeque<Vec<u8>>,
    unsent_bytes: usize,
    beat: Option<Periodic>,
    report: Option<Periodic>,
    longest_silence: Duration,
    liveness: u32,
    /// When the script is told again that the master is silent; nothing while it is heard.
    silent_until: Option<Instant>,
    has_complained: bool,
    access: Access,
    /// What the script has been told last.
    refusal: Option<Refusal>,
    has_said: Vec<Unproven>,
}

impl Working {
    pub fn new(context: Context, shared: Arc<Shared>, liveness: i64) -> Result<Self, zmq::Error> {
        let Address {
            identity, secret, ..
        } = &shared.address;
        Ok(Self {
            socket: socket_of(&context, &shared)?,
            access: Access::new(identity, secret.clone(), clock::instant()),
            context,
            shared,
            master: "master".into(),
            unsent: VecDeque::new(),
            unsent_bytes: 0,
            beat: None,
            report: None,
            longest_silence: Duration::MAX,
            liveness: u32::try_from(liveness.max(1)).unwrap_or(u32::MAX),
            silent_until: None,
            has_complained: false,
            refusal: None,
            has_said: Vec::new(),
        })
    }

    pub fn serve(mut self) {
        loop {
            self.greet();
            let mut events = zmq::POLLIN;
            if !self.unsent.is_empty() && self.is_open() {
                events |= zmq::POLLOUT;
            }
            poll(
                &[(&self.socket, events)],
                self.shared.commands.descriptor(),
                self.sleep(),
            );
            for _ in 0..MOST_IN_A_TURN {
                let Some(received) = wire::receive(&self.socket) else {
                    break;
                };
                self.take(&received);
            }
            self.do_what_is_due();
            self.shared.commands.silence();
            while let Some(command) = self.shared.commands.take() {
                if let Command::Close(linger) = command {
                    self.end(linger);
                    return;
                }
                self.carry_out(command);
            }
            self.send_unsent();
        }
    }

    fn sleep(&self) -> Duration {
        let now = clock::instant();
        let due = [self.beat, self.report]
            .into_iter()
            .flatten()
            .map(|one| one.due);
        let sleeps = due.map(|due| due.saturating_duration_since(now));
        sleeps.fold(LONGEST_SLEEP.min(self.interval()), Duration::min)
    }

    fn interval(&self) -> Duration {
        self.beat.map_or(INTERVAL, |beat| beat.interval)
    }

    fn patience(&self) -> Duration {
        self.interval() * self.liveness
    }

    /// Whether the master may be told something.
    fn is_open(&self) -> bool {
        self.access.is_open(clock::instant(), self.patience())
    }

    fn greet(&mut self) {
        let patience = self.patience();
        if let Some(greeting) = self.access.greeting(clock::instant(), patience) {
            wire::send(&self.socket, &greeting); // or the next one
        }
    }

    fn take(&mut self, received: &Received) {
        match self.access.hear(&received.frame, clock::instant()) {
            Heard::Frame(frame) => self.take_frame(frame),
            Heard::Welcome => self.welcomed(),
            Heard::Refusal(refusal) => self.refused(refusal),
            Heard::Nothing => {}
            Heard::Unproven(why) => self.report_unauthenticated(why),
        }
    }

    /// First of all a master that has been silent hears that we are alive: it must not take us for new.
    fn welcomed(&mut self) {
        self.refusal = None;
        if let Some(beat) = self.beat_of_now() {
            self.unsent_bytes += beat.len();
            self.unsent.push_front(beat);
        }
        self.send_unsent();
    }

    /// Once, until the master has let us in.
    fn refused(&mut self, refusal: Refusal) {
        if self.refusal.replace(refusal) != Some(refusal) {
            self.shared
                .inbox
                .note("refused", &refusal.word().into(), None);
        }
    }

    /// Counted, and said once for each reason.
    fn report_unauthenticated(&mut self, why: Unproven) {
        self.shared.malformed.fetch_add(1, Ordering::Relaxed);
        if why != Unproven::NoChannel && !self.has_said.contains(&why) {
            self.has_said.push(why);
            let line = format!(
                "dropped a message of the master, or of a node that pretends to be it: {why}"
            );
            self.shared.inbox.note("warning", &line.into(), None);
        }
    }

    fn take_frame(&mut self, frame: &[u8]) {
        let message = match Message::read(frame) {
            Ok(message) if fits_worker(message.kind, &message.data) => message,
            Ok(_) => return self.refuse(Malformed::WrongData),
            Err(why) => return self.refuse(why),
        };
        if let Some(refusal) = Refusal::of(&message) {
            return self.refused(refusal);
        }
        let frame = frame.to_vec();
        match message.kind {
            HEARTBEAT => {
                self.shared.note_heartbeat();
                if self.silent_until.take().is_some() {
                    self.shared.inbox.note("heard", &self.master, None);
                }
                self.shared.inbox.put_heartbeat(frame, &self.master);
            }
            "reconnect" => self.reconnect(),
            _ => {
                let is_in = self.shared.inbox.put(frame, &self.master, Sender::Known);
                if !is_in {
                    warn!(target: "rlocust::cluster", "a message of the master is lost: too many wait for the script");
                }
            }
        }
    }

    fn refuse(&mut self, why: Malformed) {
        self.shared.malformed.fetch_add(1, Ordering::Relaxed);
        if !std::mem::replace(&mut self.has_complained, true) {
            warn!(target: "rlocust::cluster", "dropped a message of the master: {why}");
        }
    }

    fn do_what_is_due(&mut self) {
        let now = clock::instant();
        if self.beat.as_mut().is_some_and(|beat| beat.is_due(now)) {
            self.shared.liveness.ask();
            if let Some(beat) = self.beat_of_now() {
                self.send(beat);
            }
        }
        let is_silent = self.look_at_master(now);
        // What cannot arrive stays in the recorder, and arrives whole in the next report.
        if !is_silent
            && self.shared.is_reporting.load(Ordering::Acquire)
            && self
                .report
                .as_mut()
                .is_some_and(|report| report.is_due(now))
        {
            let frame = self.shared.report();
            self.send(frame);
        }
    }

    /// None where it could not be sent: later it would be none of then. A script that stands still for long must not look
    /// alive.
    fn beat_of_now(&self) -> Option<Vec<u8>> {
        let silence = self.shared.liveness.silence();
        let is_ours = self.beat.is_some() && self.shared.is_beating.load(Ordering::Acquire);
        if !is_ours || silence > self.longest_silence || !self.is_open() {
            return None;
        }
        let mut beat = self.shared.beat.lock().clone();
        beat.silence_s = Some(silence.as_secs_f64());
        let identity = &self.shared.address.identity;
        Some(written(HEARTBEAT, beat.written(), identity))
    }

    /// Whether the master has not answered for longer than it may; the script hears it once an interval.
    fn look_at_master(&mut self, now: Instant) -> bool {
        let Some(silence) = self.shared.silence() else {
            return false;
        };
        let interval = self.interval();
        if silence <= interval * self.liveness {
            return false;
        }
        if self.silent_until.is_none_or(|until| now >= until) {
            self.silent_until = Some(now + interval);
            let seconds = Some(silence.as_secs_f64());
            self.shared.inbox.note("silent", &self.master, seconds);
        }
        true
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Send(frame) => self.send(frame),
            Command::Beat {
                interval,
                longest_silence,
            } => {
                self.beat = Some(Periodic::starting_now(interval));
                self.longest_silence = longest_silence;
                self.do_what_is_due();
            }
            Command::Report(interval) => {
                self.report = Some(Periodic::starting_now(interval));
                self.do_what_is_due();
            }
            Command::Reconnect => self.reconnect(),
            Command::Close(_) => {}
        }
    }

    /// Behind what waits already.
    fn send(&mut self, frame: Vec<u8>) {
        self.unsent_bytes += frame.len();
        self.unsent.push_back(frame);
        self.send_unsent();
        while self.unsent_bytes > MOST_UNSENT {
            let lost = self.unsent.pop_front().unwrap_or_default();
            self.unsent_bytes -= lost.len();
            warn!(target: "rlocust::cluster", "a message is lost: too much waits for the master");
        }
    }

    fn send_unsent(&mut self) {
        while self.is_open() && self.send_first() {}
    }

    /// Whether there was one, and room for it.
    fn send_first(&mut self) -> bool {
        let Some(frame) = self.unsent.front() else {
            return false;
        };
        if wire::send(&self.socket, &self.access.sealed(frame)) != Sent::Yes {
            return false;
        }
        self.unsent_bytes -= frame.len();
        self.unsent.pop_front();
        true
    }

    fn reconnect(&mut self) {
        match socket_of(&self.context, &self.shared) {
            Ok(socket) => {
                let replaced = std::mem::replace(&mut self.socket, socket);
                replaced.set_linger(LAST_WORDS_MS).ok();
            }
            Err(error) => {
                warn!(target: "rlocust::cluster", "no new connection to the master: {error}");
            }
        }
    }

    /// A master that is silent hears the last words, too, if it is still the one that let us in.
    fn end(mut self, linger: Duration) {
        while self.access.has_entered() && self.send_first() {}
        let linger = i32::try_from(linger.as_millis()).unwrap_or(i32::MAX);
        self.socket.set_linger(linger).ok();
    }
}

fn socket_of(context: &Context, shared: &Shared) -> Result<Socket, zmq::Error> {
    let address = &shared.address;
    wire::connect(context, &address.host, address.port, &address.identity)
}

//! The thread of a master's node. It answers heartbeats, adds up reports, judges silence and publishes the workers, each
//! within the same turn in which the socket has something; everything else it hands to the script, in the order of the
//! wire.
use std::os::fd::RawFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rmpv::Value;
use tracing::{debug, warn};
use zmq::Socket;

use super::allowance::Allowance;
use super::gate::{Gate, Passed};
use super::known::Known;
use super::losses::{Losses, warn_of_missing};
use super::roster::{Change, HeartbeatTimeouts, Roster};
use super::shared::{Command, Shared};
use super::watch::Watch;
use crate::auth::{HELLO, Refusal, Secret};
use crate::codec::{Beat, HEARTBEAT, Malformed, Message, fits_master, written};
use crate::inbox::{OF_A_STRANGER, Sender};
use crate::node::poll;
use crate::report;
use crate::wire::{self, Received, Sent};
use rlocust_core::clock;

const PUBLISH: Duration = Duration::from_secs(1);
/// Looks at the roster in one heartbeat interval.
const LOOKS: u32 = 4;
const SHORTEST_LOOK: Duration = Duration::from_millis(10);
/// Frames that are taken before commands and clocks have their turn.
const MOST_IN_A_TURN: usize = 256;

pub struct Serving {
    socket: Socket,
    watch: Watch,
    shared: Arc<Shared>,
    roster: Roster<Known>,
    look_every: Duration,
    look_at: Instant,
    publish_at: Instant,
    losses: Losses,
    /// A script that admits nobody does all by itself.
    has_admitted: bool,
    has_complained: HasComplained,
    /// Where nodes have to know a secret.
    gate: Option<Gate>,
    for_strangers: Allowance,
}

/// What is said once.
#[derive(Default)]
struct HasComplained {
    of_strangers: bool,
    of_a_secret: bool,
}

impl Serving {
    pub fn new(
        (socket, watch): (Socket, Watch),
        shared: Arc<Shared>,
        patience: HeartbeatTimeouts,
        secret: Option<Secret>,
    ) -> Self {
        let now = clock::instant();
        Self {
            socket,
            watch,
            shared,
            roster: Roster::new(patience, now),
            look_every: (patience.interval / LOOKS).max(SHORTEST_LOOK),
            look_at: now,
            publish_at: now,
            losses: Losses::default(),
            has_admitted: false,
            has_complained: HasComplained::default(),
            gate: secret.map(Gate::new),
            for_strangers: Allowance::new(now),
        }
    }

    pub fn serve(mut self) {
        loop {
            let until = self.publish_at.saturating_duration_since(clock::instant());
            let limit = self.look_every.min(until).min(self.watch.sleep());
            poll(
                &[
                    (&self.socket, zmq::POLLIN),
                    (self.watch.socket(), zmq::POLLIN),
                ],
                self.shared.commands.descriptor(),
                limit,
            );
            self.watch.read_events();
            let is_all = self.take_waiting();
            self.watch.look(self.has_admitted);
            self.look(is_all);
            self.shared.commands.silence();
            while let Some(command) = self.shared.commands.take() {
                if let Command::Close(linger) = command {
                    let linger = i32::try_from(linger.as_millis()).unwrap_or(i32::MAX);
                    self.socket.set_linger(linger).ok();
                    return;
                }
                self.carry_out(command);
            }
            if clock::instant() >= self.publish_at {
                self.publish();
            }
        }
    }

    /// Whether nothing is left.
    fn take_waiting(&mut self) -> bool {
        for _ in 0..MOST_IN_A_TURN {
            let Some(received) = wire::receive_of_any(&self.socket) else {
                return true;
            };
            self.take(&received);
        }
        false
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Send { to, frame } => self.send(&to, &frame),
            Command::Admit { id, index, version } => self.admit(id, index, version),
            Command::Forget { id, is_lost } => {
                self.losses.forget(&id, is_lost, &mut self.roster);
                self.publish_at = clock::instant();
            }
            Command::Settle(settled) => {
                self.note_test();
                self.losses.settle(&mut self.roster);
                self.publish();
                settled.send(()).ok(); // it may not wait any more
            }
            Command::Close(_) => {}
        }
    }

    fn admit(&mut self, id: String, index: i64, version: String) {
        self.has_admitted = true;
        let is_running = self.note_test();
        let is_another = self.losses.replace(&id, &self.roster);
        let now = clock::instant();
        if let Some(known) = self.roster.heard(&id, now) {
            known.came_again(index, version);
            if is_another {
                known.takes_part();
            }
        } else {
            let mut known = Known::new(index, version);
            if is_running {
                known.takes_part();
            }
            self.roster.admit(id.into(), known, now);
        }
        self.publish_at = now;
    }

    fn note_test(&mut self) -> bool {
        let run = Arc::clone(&self.shared.run.state().borrow());
        self.losses.note_test(&run, &mut self.roster)
    }

    fn send(&mut self, to: &str, frame: &[u8]) {
        match &mut self.gate {
            None => self.send_as_it_is(to, frame),
            Some(gate) => match gate.seal(to, frame) {
                Some(sealed) => self.send_as_it_is(to, &sealed),
                None => {
                    debug!(target: "rlocust::cluster", worker = to, "a message to a worker that has not proven itself is lost");
                }
            },
        }
    }

    fn send_as_it_is(&self, to: &str, frame: &[u8]) {
        match wire::send_to(&self.socket, to, frame) {
            Sent::Yes => {}
            Sent::Nobody => {
                debug!(target: "rlocust::cluster", worker = to, "a message to a worker that is not connected is lost");
            }
            Sent::Later => {
                warn!(target: "rlocust::cluster", worker = to, "a message to a worker that takes nothing is lost");
            }
        }
    }

    fn take(&mut self, received: &Received) {
        let Ok(id) = str::from_utf8(&received.from) else {
            self.watch.heard(received.connection, false);
            self.refuse(None, Malformed::NoText);
            return;
        };
        let Some(gate) = &mut self.gate else {
            return self.take_frame(id, received.connection, &received.frame);
        };
        match gate.pass(id, &received.frame) {
            Passed::Frame(id, frame) => return self.take_frame(id, received.connection, frame),
            Passed::Answered(answer) => self.send_as_it_is(id, &answer),
            Passed::Refused(answer, line) => {
                self.shared.malformed.fetch_add(1, Ordering::Relaxed);
                if let Some(answer) = answer {
                    self.send_as_it_is(id, &answer);
                }
                if let Some(line) = line {
                    self.shared.inbox.note("warning", &line.into(), None);
                }
            }
        }
        self.watch.heard(received.connection, false);
    }

    fn take_frame(&mut self, id: &str, connection: Option<RawFd>, frame: &[u8]) {
        let name = self.roster.name(id);
        self.watch.heard(connection, name.is_some());
        // Reading costs time, for which workers would have to wait.
        let is_too_long = frame.len() > OF_A_STRANGER.1;
        let taken = if is_too_long && name.is_none() && self.has_admitted {
            Err(Malformed::TooLongOfStranger)
        } else {
            Message::read(frame)
                .and_then(|message| self.take_message(&message, id, name.as_ref(), frame))
        };
        if let Err(why) = taken {
            self.refuse(name.as_ref(), why);
        }
    }

    fn take_message(
        &mut self,
        message: &Message<'_>,
        id: &str,
        name: Option<&Arc<str>>,
        frame: &[u8],
    ) -> Result<(), Malformed> {
        let is_free = joins(message.kind) || message.kind == HEARTBEAT;
        let is_stranger = name.is_none() && self.has_admitted;
        if is_stranger && !is_free && !self.for_strangers.take(clock::instant()) {
            return Err(Malformed::TooManyOfStrangers);
        }
        match (message.kind, name) {
            (HEARTBEAT, Some(name)) => {
                let beat = Beat::read(&message.data)?;
                if let Some(known) = self.roster.heard(id, clock::instant()) {
                    known.beat(beat);
                }
                self.send(id, &written(HEARTBEAT, Value::Nil, id));
                self.shared.inbox.put_heartbeat(frame.to_vec(), name);
                Ok(())
            }
            (HEARTBEAT, None) if self.has_admitted => {
                debug!(target: "rlocust::cluster", worker = id, "heartbeat of an unknown worker");
                Ok(())
            }
            (HELLO, _) => {
                self.reject_unexpected_secret(id);
                Ok(())
            }
            ("stats", _) => self.take_report(message, id, name, frame),
            (kind, _) if fits_master(kind, &message.data) => {
                if kind == "client_ready"
                    && let Some(known) = self.roster.get_mut(id)
                {
                    known.joined();
                }
                self.hand_over(frame.to_vec(), kind, id, name);
                Ok(())
            }
            _ => Err(Malformed::WrongData),
        }
    }

    /// A worker with a secret, of a master without one.
    fn reject_unexpected_secret(&mut self, id: &str) {
        if !std::mem::replace(&mut self.has_complained.of_a_secret, true) {
            let line = format!(
                "{id:?} does not join: it asks for a `--master-secret`, and this master has none"
            );
            self.shared.inbox.note("warning", &line.into(), None);
        }
        self.send_as_it_is(id, &Refusal::Unasked.written(id));
    }

    fn take_report(
        &mut self,
        message: &Message<'_>,
        id: &str,
        name: Option<&Arc<str>>,
        frame: &[u8],
    ) -> Result<(), Malformed> {
        let received = report::read(&message.data)?;
        self.note_test();
        if let Some(known) = self.roster.get_mut(id)
            && known
                .reported(&received)
                .is_repeated(id, received.report.sequence)
        {
            return Ok(());
        }
        if self.shared.is_merging.load(Ordering::Acquire) {
            self.shared.recorder.add_report(&received.report);
            let rest = report::rest(&message.data);
            let rest = written(message.kind, rest, message.node_id);
            self.hand_over(rest, message.kind, id, name);
        } else if !self.hand_over(frame.to_vec(), message.kind, id, name)
            && let Some(known) = self.roster.get_mut(id)
        {
            known.lose_report(); // with all that it counted
        }
        Ok(())
    }

    /// Whether there was room for it.
    fn hand_over(&self, frame: Vec<u8>, kind: &str, id: &str, name: Option<&Arc<str>>) -> bool {
        let id: Arc<str> = name.map_or_else(|| id.into(), Arc::clone);
        let sender = match name {
            Some(_) => Sender::Known,
            None if self.has_admitted || joins(kind) => Sender::Stranger,
            None => Sender::Anybody,
        };
        let is_in = self.shared.inbox.put(frame, &id, sender);
        if !is_in {
            debug!(target: "rlocust::cluster", worker = &*id, "a message is lost: too many wait for the script");
        }
        is_in
    }

    /// Counted, said once, and a worker that is known begins its connection anew.
    fn refuse(&mut self, name: Option<&Arc<str>>, why: Malformed) {
        self.shared.malformed.fetch_add(1, Ordering::Relaxed);
        let Some(name) = name else {
            if !std::mem::replace(&mut self.has_complained.of_strangers, true) {
                warn!(target: "rlocust::cluster", "dropped a message of an unknown sender: {why}");
            }
            return;
        };
        let known = self.roster.get_mut(name);
        if known.is_some_and(Known::is_first_complaint) {
            warn!(target: "rlocust::cluster", worker = &**name, "dropped a message and asked its worker to reconnect: {why}");
        }
        self.send(name, &written("reconnect", Value::Nil, name));
    }

    /// All that has come is heard before, unless it does not end.
    fn look(&mut self, is_all_heard: bool) {
        let now = clock::instant();
        let wait = if is_all_heard {
            Duration::ZERO
        } else {
            PUBLISH
        };
        if now < self.look_at + wait {
            return;
        }
        self.look_at = now + self.look_every;
        for (id, change) in self.roster.look(now) {
            let kind = match change {
                Change::Missing => "missing",
                Change::Dead => "dead",
            };
            if change == Change::Missing {
                warn_of_missing(&id, &self.roster);
            }
            self.shared.inbox.note(kind, &id, None);
        }
    }

    fn publish(&mut self) {
        self.publish_at = clock::instant() + PUBLISH;
        self.note_test();
        let workers = self.roster.iter();
        let workers = workers.map(|(id, known, is_missing)| known.shown(id, is_missing));
        let mut workers: Vec<_> = workers.collect();
        workers.sort_by(|one, other| (one.index, &one.id).cmp(&(other.index, &other.id)));
        let losses = self.losses.all(&self.roster);
        self.shared.run.set_workers(workers, losses);
    }
}

/// What whoever is no worker yet may have to say.
fn joins(kind: &str) -> bool {
    matches!(kind, "client_ready" | "locustfile")
}

//! Who may speak to a master: anybody, or, with a secret, those who know it. Of strangers nothing is kept: a worker has a
//! place here when it has proven the secret, and a channel when it has answered to a nonce of ours.
use std::collections::HashMap;

use rmpv::Value;

use crate::auth::{
    Channel, End, HELLO, Nonce, Refusal, SEALED, Secret, Unproven, WELCOME, nonce, tag_of,
};
use crate::codec::{Message, binary, written};

/// Workers that are remembered: the one that has been silent for longest makes room.
const MOST_PEERS: usize = 65_536;

/// What becomes of a frame.
#[derive(Debug, PartialEq)]
pub enum Passed<'a> {
    /// It is a message of the worker of this name.
    Frame(&'a str, &'a [u8]),
    /// Its sender gets an answer, nobody else hears of it.
    Answered(Vec<u8>),
    /// It is thrown away, perhaps with an answer for its sender and a line for the log.
    Refused(Option<Vec<u8>>, Option<String>),
}

/// The one of a master with a secret.
pub struct Gate {
    secret: Secret,
    peers: HashMap<String, Peer>,
    /// How many frames were let in: how long ago a peer was heard.
    count: u64,
    has_said: Vec<Unproven>,
}

/// The channels of one worker: one that it has still to prove it knows, the one in use, and the one before, whose frames
/// may still be under way.
#[derive(Default)]
struct Peer {
    offered: Option<Channel>,
    current: Option<Channel>,
    before: Option<Channel>,
    heard: u64,
}

impl Peer {
    fn open<'a>(&mut self, sealed: &'a [u8]) -> Result<&'a [u8], Unproven> {
        let tag = tag_of(sealed).ok_or(Unproven::Altered)?;
        let has_tag = |channel: &Channel| channel.of_master == *tag;
        if let Some(mut offered) = self.offered.take_if(|channel| has_tag(channel)) {
            let opened = offered.open(sealed);
            if opened.is_ok() {
                self.before = self.current.replace(offered);
            } else {
                self.offered = Some(offered);
            }
            return opened;
        }
        let channels = [&mut self.current, &mut self.before];
        let mut channels = channels.into_iter().flatten();
        let channel = channels.find(|channel| has_tag(channel));
        channel.ok_or(Unproven::NoChannel)?.open(sealed)
    }
}

impl Gate {
    pub fn new(secret: Secret) -> Self {
        Self {
            secret,
            peers: HashMap::new(),
            count: 0,
            has_said: Vec::new(),
        }
    }

    /// The name of who has sent it is that of the connection until the frame proves one.
    pub fn pass<'a>(&mut self, from: &str, frame: &'a [u8]) -> Passed<'a> {
        let Ok(message) = Message::read(frame) else {
            return self.refuse(from, Unproven::Bare, None);
        };
        let data = binary(&message.data).unwrap_or_default();
        let id = message.node_id;
        match message.kind {
            HELLO => match self.greeted(id, data).filter(|_| id == from) {
                Some(answer) => Passed::Answered(answer),
                None => self.refuse(from, Unproven::OtherSecret, Some(Refusal::Other)),
            },
            SEALED => match self.open(id, data) {
                Ok(opened) => Passed::Frame(id, opened),
                Err(why) => self.refuse(from, why, None),
            },
            // Those who wait for an answer to these get one; nobody else is told anything.
            "client_ready" | "locustfile" => {
                self.refuse(from, Unproven::Bare, Some(Refusal::Wanted))
            }
            _ => self.refuse(from, Unproven::Bare, None),
        }
    }

    /// A frame for the worker of this name, if it has a channel.
    pub fn seal(&mut self, id: &str, frame: &[u8]) -> Option<Vec<u8>> {
        let channel = self.peers.get_mut(id)?.current.as_mut()?;
        let sealed = channel.seal(frame);
        Some(written(SEALED, Value::Binary(sealed), id))
    }

    /// The answer to a greeting of who knows the secret; the same one when it comes again.
    fn greeted(&mut self, id: &str, data: &[u8]) -> Option<Vec<u8>> {
        let of_worker = self.secret.read_hello(id, data)?;
        let of_master = match self.answered_with(id, &of_worker) {
            Some(of_master) => of_master,
            None => self.offer(id, of_worker)?,
        };
        let welcome = self.secret.welcome(id, &of_worker, &of_master);
        Some(written(WELCOME, Value::Binary(welcome), id))
    }

    fn answered_with(&self, id: &str, of_worker: &Nonce) -> Option<Nonce> {
        let peer = self.peers.get(id)?;
        let channels = [&peer.offered, &peer.current].into_iter().flatten();
        let mut channels = channels.filter(|channel| channel.of_worker == *of_worker);
        channels.next().map(|channel| channel.of_master)
    }

    fn offer(&mut self, id: &str, of_worker: Nonce) -> Option<Nonce> {
        let of_master = nonce()?;
        let channel = Channel::new(&self.secret, id, of_worker, of_master, End::Master);
        if !self.peers.contains_key(id) {
            self.make_room();
        }
        self.count += 1;
        let peer = self.peers.entry(id.to_owned()).or_default();
        peer.offered = Some(channel);
        peer.heard = self.count;
        Some(of_master)
    }

    fn make_room(&mut self) {
        if self.peers.len() < MOST_PEERS {
            return;
        }
        let peers = self.peers.iter();
        let oldest = peers.min_by_key(|(_, peer)| peer.heard);
        if let Some(id) = oldest.map(|(id, _)| id.clone()) {
            self.peers.remove(&id);
        }
    }

    fn open<'a>(&mut self, id: &str, sealed: &'a [u8]) -> Result<&'a [u8], Unproven> {
        let peer = self.peers.get_mut(id).ok_or(Unproven::NoChannel)?;
        let opened = peer.open(sealed)?;
        self.count += 1;
        peer.heard = self.count;
        Ok(opened)
    }

    /// Each reason is said once: whoever wants to fill a log finds no way.
    fn refuse<'a>(&mut self, from: &str, why: Unproven, answer: Option<Refusal>) -> Passed<'a> {
        let is_said = why == Unproven::NoChannel || self.has_said.contains(&why);
        let line = (!is_said).then(|| {
            self.has_said.push(why);
            format!("refused {from:?} (later ones for the same reason are only counted): {why}")
        });
        Passed::Refused(answer.map(|refusal| refusal.written(from)), line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate::new(Secret::new(b"canary"))
    }

    /// A worker that follows the rules: greets, reads the answer, and has its end of the channel.
    fn joined(gate: &mut Gate, secret: &Secret, id: &str, of_worker: Nonce) -> Channel {
        let hello = written(HELLO, Value::Binary(secret.hello(id, &of_worker)), id);
        let Passed::Answered(answer) = gate.pass(id, &hello) else {
            panic!("no answer to a greeting");
        };
        let message = Message::read(&answer).unwrap();
        let data = binary(&message.data).unwrap();
        let of_master = secret.read_welcome(id, &of_worker, data).unwrap();
        Channel::new(secret, id, of_worker, of_master, End::Worker)
    }

    fn sealed(channel: &mut Channel, id: &str, frame: &[u8]) -> Vec<u8> {
        written(SEALED, Value::Binary(channel.seal(frame)), id)
    }

    fn is_refused(passed: &Passed<'_>) -> bool {
        matches!(passed, Passed::Refused(None, _))
    }

    #[test]
    fn who_knows_the_secret_comes_in_and_is_answered_under_seal() {
        let (mut gate, secret) = (gate(), Secret::new(b"canary"));
        let mut worker = joined(&mut gate, &secret, "h_1", [1; 16]);
        assert_eq!(gate.seal("h_1", b"early"), None, "nothing is proven yet");
        let frame = sealed(&mut worker, "h_1", b"ready");
        let by_other_connection = gate.pass("\0old", &frame);
        assert_eq!(by_other_connection, Passed::Frame("h_1", b"ready"));
        let answer = gate.seal("h_1", b"ack").unwrap();
        let message = Message::read(&answer).unwrap();
        let opened = worker.open(binary(&message.data).unwrap());
        assert_eq!(opened, Ok(&b"ack"[..]));
        assert!(is_refused(&gate.pass("h_1", &answer)), "sent back to us");
        assert!(is_refused(&gate.pass("h_1", &frame)), "sent again");
    }

    #[test]
    fn who_does_not_know_it_leaves_nothing_behind() {
        let mut gate = gate();
        let other = Secret::new(b"other").hello("h_1", &[1; 16]);
        let hello = written(HELLO, Value::Binary(other), "h_1");
        let line = "refused \"h_1\" (later ones for the same reason are only counted): \
                    signed with another `--master-secret`";
        let answer = Some(Refusal::Other.written("h_1"));
        let first = Passed::Refused(answer.clone(), Some(line.to_owned()));
        assert_eq!(gate.pass("h_1", &hello), first);
        assert_eq!(gate.pass("h_1", &hello), Passed::Refused(answer, None));
        let stock = written("client_ready", "2.47.0".into(), "h_1");
        let Passed::Refused(answer, Some(_)) = gate.pass("h_1", &stock) else {
            panic!("it is not said");
        };
        assert_eq!(answer, Some(Refusal::Wanted.written("h_1")));
        for frame in [
            written("stats", Value::Nil, "h_1"),
            written(HELLO, Value::Nil, "h_1"),
            written(SEALED, Value::Binary(vec![0; 80]), "h_1"),
            b"GET / HTTP/1.1".to_vec(),
        ] {
            assert!(matches!(gate.pass("h_1", &frame), Passed::Refused(..)));
        }
        assert!(gate.peers.is_empty());
    }

    #[test]
    fn a_greeting_that_comes_again_opens_no_way_for_frames_of_its_time() {
        let (mut gate, secret) = (gate(), Secret::new(b"canary"));
        let hello = written(HELLO, Value::Binary(secret.hello("h_1", &[1; 16])), "h_1");
        let mut first = joined(&mut gate, &secret, "h_1", [1; 16]);
        let recorded = sealed(&mut first, "h_1", b"stats");
        gate.pass("h_1", &recorded);
        for nonce in [[2; 16], [3; 16]] {
            let mut next = joined(&mut gate, &secret, "h_1", nonce);
            let frame = sealed(&mut next, "h_1", b"ready");
            assert_eq!(gate.pass("h_1", &frame), Passed::Frame("h_1", b"ready"));
            assert!(is_refused(&gate.pass("h_1", &recorded)));
        }
        assert!(matches!(gate.pass("h_1", &hello), Passed::Answered(_)));
        assert!(is_refused(&gate.pass("h_1", &recorded)));
        let other_name = gate.pass("h_2", &hello);
        assert!(
            matches!(other_name, Passed::Refused(Some(_), _)),
            "under another name"
        );
    }

    #[test]
    fn frames_under_way_while_a_channel_is_replaced_arrive() {
        let (mut gate, secret) = (gate(), Secret::new(b"canary"));
        let mut first = joined(&mut gate, &secret, "h_1", [1; 16]);
        gate.pass("h_1", &sealed(&mut first, "h_1", b"ready"));
        let late = sealed(&mut first, "h_1", b"late");
        let mut second = joined(&mut gate, &secret, "h_1", [2; 16]);
        gate.pass("h_1", &sealed(&mut second, "h_1", b"ready"));
        assert_eq!(gate.pass("h_1", &late), Passed::Frame("h_1", b"late"));
        let again = joined(&mut gate, &secret, "h_1", [2; 16]);
        assert_eq!(
            again.of_master, second.of_master,
            "the same greeting, the same answer"
        );
    }
}

//! A worker's way in: none is needed without a secret; with one, the master proves that it knows it, and then frames are
//! sealed. A master that is silent for long may be another one: it is greeted anew, and what is to be sent waits.
use std::borrow::Cow;
use std::time::{Duration, Instant};

use rmpv::Value;

use crate::auth::{
    Channel, End, HELLO, Nonce, Refusal, SEALED, Secret, Unproven, WELCOME, nonce, tag_of,
};
use crate::codec::{Message, binary, written};

/// Between two greetings.
const GREET_EVERY: Duration = Duration::from_secs(1);

/// What a frame of the other side turns out to be.
#[derive(Debug, PartialEq)]
pub enum Heard<'a> {
    /// A message of the master's.
    Frame(&'a [u8]),
    /// The master has proven itself: what waits may be sent.
    Welcome,
    Refusal(Refusal),
    /// An answer that comes again.
    Nothing,
    Unproven(Unproven),
}

pub struct Access {
    id: String,
    secret: Option<Secret>,
    greeting: Option<Nonce>,
    greet_at: Instant,
    current: Option<Channel>,
    /// Its frames may still be under way.
    before: Option<Channel>,
    heard_at: Instant,
}

impl Access {
    pub fn new(id: &str, secret: Option<Secret>, now: Instant) -> Self {
        Self {
            id: id.to_owned(),
            secret,
            greeting: None,
            greet_at: now,
            current: None,
            before: None,
            heard_at: now,
        }
    }

    /// Whether no proof is needed, or the master has given one.
    pub fn has_entered(&self) -> bool {
        self.secret.is_none() || self.current.is_some()
    }

    /// Whether frames are sent: a master that has proven itself has been heard lately, too.
    pub fn is_open(&self, now: Instant, patience: Duration) -> bool {
        let silence = now.saturating_duration_since(self.heard_at);
        self.secret.is_none() || (self.current.is_some() && silence <= patience)
    }

    /// A greeting, where one is due.
    pub fn greeting(&mut self, now: Instant, patience: Duration) -> Option<Vec<u8>> {
        if self.is_open(now, patience) || now < self.greet_at {
            return None;
        }
        let secret = self.secret.as_ref()?;
        self.greet_at = now + GREET_EVERY;
        let of_worker = self.greeting.or_else(nonce)?;
        self.greeting = Some(of_worker);
        let hello = secret.hello(&self.id, &of_worker);
        Some(written(HELLO, Value::Binary(hello), &self.id))
    }

    /// The frame as it is sent; as it is where there is no channel, see `has_entered`.
    pub fn sealed<'a>(&mut self, frame: &'a [u8]) -> Cow<'a, [u8]> {
        match &mut self.current {
            Some(channel) => {
                let sealed = Value::Binary(channel.seal(frame));
                written(SEALED, sealed, &self.id).into()
            }
            None => frame.into(),
        }
    }

    /// What a frame is.
    pub fn hear<'a>(&mut self, frame: &'a [u8], now: Instant) -> Heard<'a> {
        if self.secret.is_none() {
            return Heard::Frame(frame);
        }
        let Ok(message) = Message::read(frame) else {
            return Heard::Unproven(Unproven::Bare);
        };
        if let Some(refusal) = Refusal::of(&message) {
            return Heard::Refusal(refusal);
        }
        let data = binary(&message.data).unwrap_or_default();
        let heard = match message.kind {
            WELCOME => self.welcomed(data),
            SEALED => self.open(data).map(Heard::Frame),
            _ => Err(Unproven::Bare),
        };
        if matches!(heard, Ok(Heard::Frame(_) | Heard::Welcome)) {
            self.heard_at = now;
        }
        heard.unwrap_or_else(Heard::Unproven)
    }

    fn welcomed<'a>(&mut self, data: &[u8]) -> Result<Heard<'a>, Unproven> {
        let (Some(secret), Some(of_worker)) = (&self.secret, self.greeting) else {
            return Ok(Heard::Nothing);
        };
        let of_master = secret.read_welcome(&self.id, &of_worker, data);
        let of_master = of_master.ok_or(Unproven::Altered)?;
        let channel = Channel::new(secret, &self.id, of_worker, of_master, End::Worker);
        self.before = self.current.replace(channel);
        self.greeting = None;
        Ok(Heard::Welcome)
    }

    fn open<'a>(&mut self, sealed: &'a [u8]) -> Result<&'a [u8], Unproven> {
        let tag = tag_of(sealed).ok_or(Unproven::Altered)?;
        let channels = [&mut self.current, &mut self.before];
        let mut channels = channels.into_iter().flatten();
        let channel = channels.find(|channel| channel.of_master == *tag);
        channel.ok_or(Unproven::NoChannel)?.open(sealed)
    }
}

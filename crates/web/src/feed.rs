//! The stream of events: each is made once, packed once, and read by every viewer from one ring. Who was away for less
//! than the ring is long goes on where he stopped; others are told to begin anew.
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use flate2::{Compress, Compression, FlushCompress};
use hyper::body::Bytes;
use parking_lot::Mutex;
use tokio::sync::watch;

/// Bytes of the events that are kept, and how many.
const MOST_BYTES: usize = 16 << 20;
const MOST_EVENTS: usize = 180;
/// Of packing: what is saved by a higher one is not worth its time.
const LEVEL: u32 = 1;
/// Viewers at one time.
pub const MOST_VIEWERS: usize = 64;

/// What stands before the first packed event: gzip's head, without a name or a time.
pub const GZIP_HEAD: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// One event as it goes over the wire.
#[derive(Debug)]
pub struct Event {
    pub n: u64,
    text: Bytes,
    packed: OnceLock<Bytes>,
}

impl Event {
    /// `name` and one line of JSON; an event with a number can be resumed from.
    pub fn new(name: &str, n: Option<u64>, data: &str) -> Self {
        Self::written(name, n, data.len(), |text| text.push_str(data))
    }

    /// The same, where the line is put where it stays, in room for so many bytes: that of a tick is long.
    pub fn written(
        name: &str,
        n: Option<u64>,
        room: usize,
        write: impl FnOnce(&mut String),
    ) -> Self {
        let id = n.map_or_else(String::new, |n| format!("id: {n}\n"));
        let mut text = String::with_capacity(room + 64);
        text.extend(["event: ", name, "\n", &id, "data: "]);
        write(&mut text);
        text.push_str("\n\n");
        Self {
            n: n.unwrap_or(0),
            text: Bytes::from(text),
            packed: OnceLock::new(),
        }
    }

    /// What a stream begins with, and a sign of life later: when to come back, should it break.
    pub fn greeting() -> Self {
        Self {
            n: 0,
            text: Bytes::from_static(b"retry: 2000\n\n"),
            packed: OnceLock::new(),
        }
    }

    pub fn plain(&self) -> Bytes {
        self.text.clone()
    }

    /// A piece of a gzip stream that refers to nothing before it, so that all viewers share it.
    pub fn packed(&self, packer: &Packer) -> Bytes {
        let pack = || packer.pack(&self.text);
        self.packed.get_or_init(pack).clone()
    }
}

/// Packs one event after the other: its tables are a quarter of a megabyte, too much to be had anew every second.
pub struct Packer(Mutex<Compress>);

impl Default for Packer {
    fn default() -> Self {
        Self(Mutex::new(Compress::new(Compression::new(LEVEL), false)))
    }
}

impl Packer {
    fn pack(&self, text: &[u8]) -> Bytes {
        let mut packed = Vec::with_capacity(text.len() / 2 + 128);
        let mut compress = self.0.lock();
        compress.reset();
        loop {
            let used = compress.total_in() as usize;
            let done = compress.compress_vec(&text[used..], &mut packed, FlushCompress::Sync);
            if done.is_err()
                || (compress.total_in() as usize == text.len() && packed.len() < packed.capacity())
            {
                return packed.into();
            }
            packed.reserve(packed.capacity());
        }
    }
}

/// The events of late.
pub struct Feed {
    pub packer: Packer,
    kept: Mutex<Kept>,
    /// Counts what was published, numbered or not.
    published: watch::Sender<u64>,
}

#[derive(Default)]
struct Kept {
    events: VecDeque<(u64, Arc<Event>)>,
    bytes: usize,
    next: u64,
    viewers: usize,
}

/// Where a viewer is; nothing where he has missed events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamCursor(Option<u64>);

impl Default for Feed {
    fn default() -> Self {
        Self {
            packer: Packer::default(),
            kept: Mutex::default(),
            published: watch::Sender::new(0),
        }
    }
}

impl Feed {
    pub fn publish(&self, event: Event) {
        let mut kept = self.kept.lock();
        kept.next += 1;
        let number = kept.next;
        kept.bytes += event.text.len();
        kept.events.push_back((number, Arc::new(event)));
        while kept.events.len() > MOST_EVENTS || (kept.bytes > MOST_BYTES && kept.events.len() > 1)
        {
            let oldest = kept.events.pop_front();
            kept.bytes -= oldest.map_or(0, |(_, event)| event.text.len());
        }
        drop(kept);
        self.published.send_replace(number);
    }

    /// A viewer who comes: now, or behind the event he had last. Nothing where there are too many.
    pub fn join(self: &Feed, last: Option<u64>) -> Option<StreamCursor> {
        let mut kept = self.kept.lock();
        if kept.viewers >= MOST_VIEWERS {
            return None;
        }
        kept.viewers += 1;
        Some(match last {
            None => StreamCursor(Some(kept.next)),
            Some(last) => {
                let mut events = kept.events.iter();
                let seen = events.find(|(_, event)| event.n == last && last > 0);
                StreamCursor(seen.map(|(number, _)| *number))
            }
        })
    }

    pub fn leave(&self) {
        self.kept.lock().viewers -= 1;
    }

    pub fn has_viewers(&self) -> bool {
        self.kept.lock().viewers > 0
    }

    /// What came since; nothing at all for a viewer who has missed some.
    pub fn since(&self, place: &mut StreamCursor) -> Option<Vec<Arc<Event>>> {
        let kept = self.kept.lock();
        let oldest = kept.next + 1 - kept.events.len() as u64;
        let from = place.0.filter(|from| from + 1 >= oldest);
        *place = StreamCursor(Some(kept.next));
        let from = from?;
        let new = kept.events.iter().filter(|(number, _)| *number > from);
        Some(new.map(|(_, event)| Arc::clone(event)).collect())
    }

    pub fn watch(&self) -> watch::Receiver<u64> {
        self.published.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn tick(n: u64) -> Event {
        Event::new("tick", Some(n), &format!("{{\"n\":{n}}}"))
    }

    #[test]
    fn who_was_away_for_a_moment_goes_on_and_others_begin_anew() {
        let feed = Feed::default();
        for n in 1..=300 {
            feed.publish(tick(n));
        }
        let mut now = feed.join(None).expect("room");
        let mut back = feed.join(Some(298)).expect("room");
        let mut late = feed.join(Some(3)).expect("room");
        assert_eq!(feed.since(&mut now).map(|new| new.len()), Some(0));
        let missed: Vec<u64> = feed
            .since(&mut back)
            .expect("two")
            .iter()
            .map(|event| event.n)
            .collect();
        assert_eq!(missed, [299, 300]);
        assert!(feed.since(&mut late).is_none());
        feed.publish(tick(301));
        assert_eq!(feed.since(&mut late).map(|new| new.len()), Some(1));
        assert!(feed.has_viewers());
        (0..3).for_each(|_| feed.leave());
        assert!(!feed.has_viewers());
    }

    #[test]
    fn viewers_have_a_limit() {
        let feed = Feed::default();
        assert!((0..MOST_VIEWERS).all(|_| feed.join(None).is_some()));
        assert_eq!(feed.join(None), None);
    }

    #[test]
    fn packed_events_are_one_gzip_stream_wherever_a_viewer_begins() {
        let tables = Packer::default();
        let events: Vec<Event> = (1..5).map(tick).collect();
        let long = Event::new("tick", Some(5), &"0123456789".repeat(20_000));
        let mut packed = GZIP_HEAD.to_vec();
        events[1..]
            .iter()
            .chain([&long])
            .for_each(|event| packed.extend(event.packed(&tables)));
        let mut text = vec![0; 300_000];
        let mut read = flate2::read::GzDecoder::new(&packed[..]);
        let mut length = 0;
        while let Ok(some @ 1..) = read.read(&mut text[length..]) {
            length += some;
        }
        let expected: Vec<u8> = events[1..]
            .iter()
            .chain([&long])
            .flat_map(Event::plain)
            .collect();
        assert!(text[..length] == expected[..], "{length}");
    }
}

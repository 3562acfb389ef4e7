//! What the script has still to hear of the wire, in its order, and bounded: strangers share a small part of the room,
//! of which none can take that of a worker that wants to join, and no worker can take that of another. Of heartbeats that
//! wait, the last of each worker is enough.
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;

use rlocust_core::liveness::Wake;

/// What may wait of one worker, of one stranger, of all strangers together, and of whoever is not told apart: messages
/// and bytes.
const OF_A_WORKER: (usize, usize) = (10_000, 64 << 20);
pub const OF_A_STRANGER: (usize, usize) = (8, 1 << 20);
const OF_STRANGERS: (usize, usize) = (20_000, 64 << 20);
const OF_ANYBODY: (usize, usize) = (1_000, 8 << 20);
/// Of all.
const MOST_BYTES: usize = 256 << 20;
/// What a message takes beside its bytes.
const OVERHEAD: usize = 128;

/// Something for the script.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// A message that can be read.
    Frame { frame: Vec<u8>, from: Arc<str> },
    /// The node's own: a word, about whom, and how many seconds if that says something.
    Node {
        kind: &'static str,
        about: Arc<str>,
        seconds: Option<f64>,
    },
}

/// Whose room a message takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    Known,
    /// May have few messages waiting.
    Stranger,
    /// Who is not told apart from others: of a program that admits nobody.
    Anybody,
}

/// A message that waits, and whose room it takes.
#[derive(Debug)]
struct QueuedMessage {
    incoming: Incoming,
    room: Arc<str>,
    is_of_stranger: bool,
}

/// Filled by the node thread, emptied by the script thread, which is woken.
pub struct Inbox {
    waiting: Mutex<Waiting>,
    wake: Arc<Wake>,
}

#[derive(Default)]
struct Waiting {
    /// A heartbeat that a later one has replaced is nothing.
    queue: VecDeque<Option<QueuedMessage>>,
    /// How many have left the queue.
    left: usize,
    /// Where the heartbeat of a worker is, counted from the first that ever was.
    heartbeats: HashMap<Arc<str>, usize>,
    /// By the sender, or nothing for anybody: messages and bytes.
    rooms: HashMap<Arc<str>, (usize, usize)>,
    /// Of all strangers.
    strangers: (usize, usize),
    bytes: usize,
    dropped: u64,
}

impl Inbox {
    /// `wake` is called, from any thread, when there is something to take.
    pub fn new(wake: Arc<Wake>) -> Self {
        Self {
            waiting: Mutex::default(),
            wake,
        }
    }

    /// Whether there was room.
    pub fn put(&self, frame: Vec<u8>, from: &Arc<str>, sender: Sender) -> bool {
        let (room, most) = match sender {
            Sender::Known => (Arc::clone(from), OF_A_WORKER),
            Sender::Stranger => (Arc::clone(from), OF_A_STRANGER),
            Sender::Anybody => ("".into(), OF_ANYBODY),
        };
        let place = QueuedMessage {
            incoming: Incoming::Frame {
                frame,
                from: Arc::clone(from),
            },
            room,
            is_of_stranger: sender == Sender::Stranger,
        };
        let is_in = self.waiting.lock().put(place, most);
        (self.wake)();
        is_in
    }

    /// The last heartbeat of a worker; one that still waits is replaced.
    pub fn put_heartbeat(&self, frame: Vec<u8>, from: &Arc<str>) {
        let mut waiting = self.waiting.lock();
        if let Some(at) = waiting.heartbeats.get(from).copied() {
            waiting.void(at);
        }
        let at = waiting.left + waiting.queue.len();
        let place = QueuedMessage {
            incoming: Incoming::Frame {
                frame,
                from: Arc::clone(from),
            },
            room: Arc::clone(from),
            is_of_stranger: false,
        };
        if waiting.put(place, OF_A_WORKER) {
            waiting.heartbeats.insert(Arc::clone(from), at);
        }
        drop(waiting);
        (self.wake)();
    }

    /// The node's own, which always has room: there is little of it.
    pub fn note(&self, kind: &'static str, about: &Arc<str>, seconds: Option<f64>) {
        let about = Arc::clone(about);
        let place = QueuedMessage {
            incoming: Incoming::Node {
                kind,
                about,
                seconds,
            },
            room: "".into(),
            is_of_stranger: false,
        };
        self.waiting.lock().push(place);
        (self.wake)();
    }

    /// The oldest, `most` of them, and whether there are more.
    pub fn take(&self, most: usize) -> (Vec<Incoming>, bool) {
        let mut waiting = self.waiting.lock();
        let mut taken = Vec::new();
        while taken.len() < most {
            match waiting.pop() {
                Some(Some(incoming)) => taken.push(incoming),
                Some(None) => {}
                None => break,
            }
        }
        (taken, !waiting.queue.is_empty())
    }

    /// Messages for which there was no room.
    pub fn dropped(&self) -> u64 {
        self.waiting.lock().dropped
    }
}

impl Waiting {
    fn put(&mut self, place: QueuedMessage, most: (usize, usize)) -> bool {
        let size = size_of(&place.incoming);
        let is_over = |taken: (usize, usize), most: (usize, usize)| {
            taken.0 >= most.0 || taken.1 + size > most.1
        };
        let taken = self.rooms.get(&place.room).copied().unwrap_or_default();
        let is_full = is_over(taken, most)
            || place.is_of_stranger && is_over(self.strangers, OF_STRANGERS)
            || self.bytes + size > MOST_BYTES;
        if is_full {
            self.dropped += 1;
            return false;
        }
        self.push(place);
        true
    }

    fn push(&mut self, place: QueuedMessage) {
        let size = size_of(&place.incoming);
        let taken = self.rooms.entry(Arc::clone(&place.room)).or_default();
        let strangers = place.is_of_stranger.then_some(&mut self.strangers);
        for taken in strangers.into_iter().chain([taken]) {
            taken.0 += 1;
            taken.1 += size;
        }
        self.bytes += size;
        self.queue.push_back(Some(place));
    }

    /// Gives back the room of a message that nobody needs any more.
    fn void(&mut self, at: usize) {
        let place = at.checked_sub(self.left);
        let place = place.and_then(|at| self.queue.get_mut(at));
        if let Some(place) = place.and_then(Option::take) {
            self.give_back(&place);
        }
        // A worker that beats while nobody listens leaves nothing but empty places.
        while matches!(self.queue.back(), Some(None)) {
            self.queue.pop_back();
        }
    }

    /// The first place; there may be nothing in it.
    #[expect(
        clippy::option_option,
        reason = "an empty place is not the end of the queue"
    )]
    fn pop(&mut self) -> Option<Option<Incoming>> {
        let place = self.queue.pop_front()?;
        self.left += 1;
        Some(place.map(|place| {
            self.give_back(&place);
            if let Incoming::Frame { from, .. } = &place.incoming
                && self.heartbeats.get(from).is_some_and(|at| *at < self.left)
            {
                self.heartbeats.remove(from);
            }
            place.incoming
        }))
    }

    fn give_back(&mut self, place: &QueuedMessage) {
        let size = size_of(&place.incoming);
        self.bytes -= size;
        if place.is_of_stranger {
            self.strangers.0 -= 1;
            self.strangers.1 -= size;
        }
        if let Some(taken) = self.rooms.get_mut(&place.room) {
            taken.0 -= 1;
            taken.1 -= size;
            if taken.0 == 0 {
                self.rooms.remove(&place.room);
            }
        }
    }
}

fn size_of(incoming: &Incoming) -> usize {
    match incoming {
        Incoming::Frame { frame, from } => frame.len() + from.len() + OVERHEAD,
        Incoming::Node { .. } => OVERHEAD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbox() -> Inbox {
        Inbox::new(Arc::new(|| ()))
    }

    fn frames(inbox: &Inbox) -> Vec<u8> {
        let (taken, _) = inbox.take(usize::MAX);
        let frames = taken.into_iter().map(|incoming| match incoming {
            Incoming::Frame { frame, .. } => frame[0],
            Incoming::Node { .. } => 255,
        });
        frames.collect()
    }

    #[test]
    fn of_heartbeats_that_wait_the_last_one_stays_where_it_came() {
        let (inbox, worker) = (inbox(), "w".into());
        for beat in 0..3 {
            inbox.put_heartbeat(vec![beat], &worker);
            inbox.put(vec![beat + 10], &worker, Sender::Known);
        }
        inbox.note("dead", &worker, None);
        assert_eq!(frames(&inbox), [10, 11, 2, 12, 255]);
        inbox.put_heartbeat(vec![3], &worker);
        inbox.put_heartbeat(vec![4], &worker);
        assert_eq!(frames(&inbox), [4]);
        for _ in 0..100_000 {
            inbox.put_heartbeat(vec![5], &worker);
        }
        assert_eq!(inbox.waiting.lock().queue.len(), 1);
        assert_eq!(frames(&inbox), [5]);
        assert_eq!(inbox.waiting.lock().bytes, 0);
    }

    #[test]
    fn a_flood_takes_its_own_room_and_leaves_that_of_others() {
        let (inbox, stranger, worker) = (inbox(), "s".into(), "w".into());
        let kept = (0..5_000).filter(|_| inbox.put(vec![1], &stranger, Sender::Stranger));
        assert_eq!(kept.count(), OF_A_STRANGER.0);
        assert!(!inbox.put(vec![0; 2 << 20], &"t".into(), Sender::Stranger));
        assert!(
            inbox.put(vec![1], &"joins".into(), Sender::Stranger),
            "another one has room of its own"
        );
        assert!(inbox.put(vec![2], &worker, Sender::Known));
        let large = |from: &str| inbox.put(vec![0; 60 << 20], &from.into(), Sender::Known);
        assert_eq!(
            ["a", "a", "b", "c", "d", "e"].map(large),
            [true, false, true, true, true, false]
        );
        assert_eq!(inbox.dropped(), 4_992 + 1 + 2);
        assert_eq!(frames(&inbox).len(), 8 + 2 + 4);
        assert!(
            inbox.put(vec![1], &stranger, Sender::Stranger),
            "there is room again"
        );
    }

    #[test]
    fn strangers_share_what_there_is_for_them() {
        let inbox = inbox();
        let of = |number: usize| -> Arc<str> { number.to_string().into() };
        let kept = (0..100).filter(|number| {
            let frame = vec![0; (1 << 20) - 1_000];
            inbox.put(frame, &of(*number), Sender::Stranger)
        });
        assert_eq!(kept.count(), 64);
        assert!(inbox.put(vec![1], &of(0), Sender::Known));
        inbox.take(usize::MAX);
        let anybodys =
            (0..3_000).filter(|number| inbox.put(vec![1], &of(*number), Sender::Anybody));
        assert_eq!(anybodys.count(), OF_ANYBODY.0);
        assert!(inbox.put(vec![1], &of(0), Sender::Stranger), "it may join");
        inbox.take(usize::MAX);
        let waiting = inbox.waiting.lock();
        assert_eq!(
            (waiting.strangers, waiting.bytes, waiting.rooms.len()),
            ((0, 0), 0, 0)
        );
    }

    #[test]
    fn as_many_are_taken_as_asked_for() {
        let (inbox, worker) = (inbox(), "w".into());
        for number in 0..5 {
            inbox.put(vec![number], &worker, Sender::Known);
        }
        let (first, more) = inbox.take(3);
        assert_eq!((first.len(), more), (3, true));
        let (rest, more) = inbox.take(3);
        assert_eq!((rest.len(), more), (2, false));
    }
}

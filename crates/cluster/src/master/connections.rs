//! The connections to a master's port, and which of them are closed: libzmq keeps the parts of a message until its last one
//! has come, however many they are, and takes whoever connects.
use std::collections::HashMap;
use std::net::SocketAddr;
use std::os::fd::RawFd;

use crate::wire::LONGEST_FRAME;

/// Bytes of a message that has not ended, for one connection and for all of them together.
#[derive(Debug, Clone, Copy)]
struct Slot {
    of_one: u64,
    of_all: u64,
}

/// A worker that has joined may say as much as one frame holds.
const OF_WORKERS: Slot = Slot {
    of_one: LONGEST_FRAME + (1 << 20),
    of_all: u64::MAX,
};
/// Strangers have little to say once there are workers: what is longer than 1 MiB is not read.
const OF_STRANGERS: Slot = Slot {
    of_one: 4 << 20,
    of_all: 8 << 20,
};
/// Before, a program that admits nobody may have everything to hear of them.
const OF_ANYBODY: Slot = Slot {
    of_one: LONGEST_FRAME + (1 << 20),
    of_all: 4 * LONGEST_FRAME,
};
/// Connections that have never said anything.
const MOST_MUTE: usize = 1_000;

/// What the kernel knows of a connection: its other end, and the bytes that have come.
pub type Counted = (SocketAddr, u64);

#[derive(Debug)]
struct Connection {
    /// Its place among all that ever were.
    number: u64,
    peer: SocketAddr,
    received: u64,
    /// What had come when its last whole message was known of.
    whole: u64,
    /// Whether a whole message has come since the last look.
    is_heard: bool,
    standing: Standing,
}

/// Whose it is, as far as is known; it never becomes less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// Of a stranger who has said nothing.
    Mute,
    Stranger,
    Worker,
    /// By us: soon it will be gone.
    Closed,
}

impl Connection {
    fn unfinished(&self) -> u64 {
        self.received - self.whole
    }
}

/// By descriptor.
#[derive(Debug)]
pub struct Connections {
    open: HashMap<RawFd, Connection>,
    accepted: u64,
    most_strangers: usize,
}

impl Connections {
    /// Strangers hold so many descriptors at most.
    pub fn new(most_strangers: usize) -> Self {
        Self {
            open: HashMap::new(),
            accepted: 0,
            most_strangers,
        }
    }

    /// One under the descriptor of an earlier one takes its place.
    pub fn accepted(&mut self, descriptor: RawFd, peer: SocketAddr) {
        self.accepted += 1;
        let connection = Connection {
            number: self.accepted,
            peer,
            received: 0,
            whole: 0,
            is_heard: false,
            standing: Standing::Mute,
        };
        self.open.insert(descriptor, connection);
    }

    pub fn ended(&mut self, descriptor: RawFd) {
        self.open.remove(&descriptor);
    }

    /// A whole message has come.
    pub fn heard(&mut self, descriptor: RawFd, is_of_worker: bool) {
        if let Some(connection) = self.open.get_mut(&descriptor) {
            let standing = if is_of_worker {
                Standing::Worker
            } else {
                Standing::Stranger
            };
            connection.is_heard = true;
            connection.standing = connection.standing.max(standing);
        }
    }

    pub fn has_strangers(&self) -> bool {
        self.open
            .values()
            .any(|one| one.standing < Standing::Worker)
    }

    /// Who is to be closed, where `count` asks the kernel. A descriptor that is another's by now is forgotten.
    pub fn look(
        &mut self,
        has_workers: bool,
        count: impl Fn(RawFd) -> Option<Counted>,
    ) -> Vec<RawFd> {
        self.open.retain(|descriptor, one| {
            let counted = count(*descriptor).filter(|(peer, _)| *peer == one.peer);
            one.received = counted.map_or(one.received, |(_, received)| received);
            if std::mem::take(&mut one.is_heard) {
                one.whole = one.received;
            }
            counted.is_some()
        });
        let of_strangers = if has_workers {
            OF_STRANGERS
        } else {
            OF_ANYBODY
        };
        let mut closed = self.close_longest(OF_WORKERS, |one| one == Standing::Worker);
        closed.extend(self.close_longest(of_strangers, |one| one < Standing::Worker));
        closed.extend(self.close_oldest(MOST_MUTE, |one| one == Standing::Mute));
        closed.extend(self.close_oldest(self.most_strangers, |one| one < Standing::Worker));
        closed
    }

    /// Those with the longest unfinished messages, until all have room.
    fn close_longest(&mut self, room: Slot, is_one: impl Fn(Standing) -> bool) -> Vec<RawFd> {
        let mut those = self.those(is_one);
        those.sort_unstable_by_key(|(_, one)| one.unfinished());
        let mut all: u64 = those.iter().map(|(_, one)| one.unfinished()).sum();
        let mut closed = Vec::new();
        while let Some((descriptor, longest)) = those.pop() {
            if longest.unfinished() <= room.of_one && all <= room.of_all {
                break;
            }
            all -= longest.unfinished();
            longest.standing = Standing::Closed;
            closed.push(descriptor);
        }
        closed
    }

    /// All but the newest of them.
    fn close_oldest(&mut self, most: usize, is_one: impl Fn(Standing) -> bool) -> Vec<RawFd> {
        let mut those = self.those(is_one);
        let over = those.len().saturating_sub(most);
        if over == 0 {
            return Vec::new();
        }
        those.sort_unstable_by_key(|(_, one)| one.number);
        let closed = those.into_iter().take(over).map(|(descriptor, one)| {
            one.standing = Standing::Closed;
            descriptor
        });
        closed.collect()
    }

    fn those(&mut self, is_one: impl Fn(Standing) -> bool) -> Vec<(RawFd, &mut Connection)> {
        let open = self.open.iter_mut();
        let those = open.filter(|(_, one)| one.standing < Standing::Closed && is_one(one.standing));
        those.map(|(descriptor, one)| (*descriptor, one)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    const MIB: u64 = 1 << 20;

    fn peer(port: u16) -> SocketAddr {
        ([127, 0, 0, 1], port).into()
    }

    fn opened(descriptors: std::ops::Range<RawFd>, most_strangers: usize) -> Connections {
        let mut connections = Connections::new(most_strangers);
        for descriptor in descriptors {
            connections.accepted(descriptor, peer(1));
        }
        connections
    }

    /// The same count for each.
    fn each(received: u64) -> impl Fn(RawFd) -> Option<Counted> {
        move |_| Some((peer(1), received))
    }

    #[test]
    fn what_does_not_end_is_closed_and_what_ends_begins_anew() {
        let mut connections = opened(3..4, 10);
        assert!(connections.look(true, each(4 * MIB)).is_empty());
        connections.heard(3, false);
        assert!(connections.look(true, each(400 * MIB)).is_empty());
        assert!(connections.look(true, each(404 * MIB)).is_empty());
        assert_eq!(connections.look(true, each(404 * MIB + 1)), [3]);
        assert!(connections.look(true, each(500 * MIB)).is_empty(), "once");
        connections.ended(3);
        assert!(!connections.has_strangers());
    }

    #[test]
    fn a_worker_has_the_room_of_a_frame_and_so_has_anybody_before_there_is_one() {
        let mut connections = opened(3..4, 10);
        assert!(connections.look(false, each(129 * MIB)).is_empty());
        assert!(connections.has_strangers());
        connections.heard(3, true);
        connections.heard(3, false);
        assert!(!connections.has_strangers(), "it stays a worker's");
        assert!(connections.look(true, each(129 * MIB)).is_empty());
        assert!(connections.look(true, each(258 * MIB)).is_empty());
        assert_eq!(connections.look(true, each(258 * MIB + 1)), [3]);
        let mut connections = opened(3..4, 10);
        assert_eq!(connections.look(false, each(129 * MIB + 1)), [3]);
    }

    #[test]
    fn strangers_share_their_room_and_the_longest_message_is_closed_first() {
        let mut connections = opened(1..6, 10);
        let counts = RefCell::new([0, 3, 2, 1, 1, 1].map(|mib| mib * MIB));
        let count = |descriptor: RawFd| {
            let received = counts.borrow()[descriptor as usize];
            Some((peer(1), received))
        };
        assert!(connections.look(true, count).is_empty());
        counts.borrow_mut()[2] += 1;
        assert_eq!(connections.look(true, count), [1]);
        counts.borrow_mut()[5] += 3 * MIB;
        assert_eq!(connections.look(true, count), [5]);
    }

    #[test]
    fn of_too_many_the_oldest_are_closed_first_those_that_say_nothing() {
        let mut connections = opened(0..1_003, 1_000);
        connections.heard(0, false);
        assert_eq!(connections.look(true, each(0)), [1, 2, 0]);
        (3..1_003).for_each(|descriptor| connections.heard(descriptor, descriptor == 3));
        connections.accepted(2_000, peer(1));
        assert!(connections.look(true, each(0)).is_empty());
        connections.accepted(2_001, peer(1));
        assert_eq!(connections.look(true, each(0)), [4]);
    }

    #[test]
    fn a_descriptor_that_is_another_s_is_left_alone() {
        let mut connections = opened(3..5, 10);
        let count = |descriptor: RawFd| (descriptor == 3).then_some((peer(2), 900 * MIB));
        assert!(connections.look(true, count).is_empty());
        assert!(!connections.has_strangers());
    }
}

//! What two nodes have agreed on: a key for each direction, and which frame is which. The first bytes of a frame say to
//! which channel it belongs, then comes its number, then what it carries, then the proof of all of it.
use ring::hmac::{self, Key};

use super::refusal::Unproven;
use super::secret::{Nonce, PROOF, Secret};
use super::window::Window;

const OF_WORKER: &str = "from the worker";
const OF_MASTER: &str = "from the master";

/// Which end of a channel this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Master,
    Worker,
}

/// One end. Both know it by the master's nonce.
#[derive(Debug)]
pub struct Channel {
    pub of_worker: Nonce,
    pub of_master: Nonce,
    sending: Key,
    receiving: Key,
    sent: u64,
    received: Window,
}

impl Channel {
    pub fn new(secret: &Secret, id: &str, of_worker: Nonce, of_master: Nonce, end: End) -> Self {
        let key = |sender| secret.channel_key(sender, id, &of_worker, &of_master);
        let (sending, receiving) = match end {
            End::Master => (key(OF_MASTER), key(OF_WORKER)),
            End::Worker => (key(OF_WORKER), key(OF_MASTER)),
        };
        Self {
            of_worker,
            of_master,
            sending,
            receiving,
            sent: 0,
            received: Window::new(),
        }
    }

    /// The data of a sealed message.
    pub fn seal(&mut self, frame: &[u8]) -> Vec<u8> {
        self.sent += 1;
        let mut sealed = Vec::with_capacity(self.of_master.len() + 8 + frame.len() + PROOF);
        sealed.extend(self.of_master);
        sealed.extend(self.sent.to_be_bytes());
        sealed.extend(frame);
        let proof = hmac::sign(&self.sending, &sealed);
        sealed.extend(proof.as_ref());
        sealed
    }

    /// What the other end has sealed, once.
    pub fn open<'a>(&mut self, sealed: &'a [u8]) -> Result<&'a [u8], Unproven> {
        let (stated, proof) = sealed
            .split_last_chunk::<PROOF>()
            .ok_or(Unproven::Altered)?;
        hmac::verify(&self.receiving, stated, proof).map_err(|_| Unproven::Altered)?;
        let rest = stated.strip_prefix(&self.of_master);
        let (number, frame) = rest
            .and_then(<[u8]>::split_first_chunk)
            .ok_or(Unproven::Altered)?;
        if self.received.admit(u64::from_be_bytes(*number)) {
            Ok(frame)
        } else {
            Err(Unproven::Repeated)
        }
    }
}

/// To which channel sealed data claim to belong.
pub fn tag_of(sealed: &[u8]) -> Option<&Nonce> {
    sealed.first_chunk()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(id: &str) -> (Channel, Channel) {
        let secret = Secret::new(b"canary");
        let end = |end| Channel::new(&secret, id, [1; 16], [2; 16], end);
        (end(End::Worker), end(End::Master))
    }

    #[test]
    fn what_one_end_seals_the_other_opens_once() {
        let (mut worker, mut master) = ends("h_1");
        let sealed = [&b"first"[..], b"", b"third"].map(|frame| worker.seal(frame));
        assert_eq!(master.open(&sealed[2]), Ok(&b"third"[..]), "in any order");
        assert_eq!(master.open(&sealed[0]), Ok(&b"first"[..]));
        assert_eq!(master.open(&sealed[0]), Err(Unproven::Repeated));
        assert_eq!(master.open(&sealed[1]), Ok(&b""[..]));
        let answer = master.seal(b"answer");
        assert_eq!(worker.open(&answer), Ok(&b"answer"[..]));
    }

    #[test]
    fn nothing_passes_that_is_sent_back_changed_or_of_another_channel() {
        let (mut worker, mut master) = ends("h_1");
        let sealed = worker.seal(b"frame");
        assert_eq!(worker.open(&sealed), Err(Unproven::Altered), "reflected");
        let (_, mut other) = ends("h_2");
        assert_eq!(other.open(&sealed), Err(Unproven::Altered), "another name");
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(master.open(&altered), Err(Unproven::Altered), "byte {at}");
            assert_eq!(master.open(&sealed[..at]), Err(Unproven::Altered));
        }
        assert_eq!(master.open(&sealed), Ok(&b"frame"[..]));
    }

    #[test]
    fn a_greeting_proves_the_secret_for_one_name_and_one_answer() {
        let (ours, other) = (Secret::new(b"canary"), Secret::new(b"Canary"));
        let hello = ours.hello("h_1", &[1; 16]);
        assert_eq!(ours.read_hello("h_1", &hello), Some([1; 16]));
        assert_eq!(ours.read_hello("h_2", &hello), None);
        assert_eq!(other.read_hello("h_1", &hello), None);
        assert_eq!(ours.read_hello("h_1", &[]), None);
        let welcome = ours.welcome("h_1", &[1; 16], &[2; 16]);
        assert_eq!(ours.read_welcome("h_1", &[1; 16], &welcome), Some([2; 16]));
        assert_eq!(
            ours.read_welcome("h_1", &[3; 16], &welcome),
            None,
            "an old one"
        );
        assert_eq!(other.read_welcome("h_1", &[1; 16], &welcome), None);
        assert_eq!(ours.read_hello("h_1", &welcome), None, "sent back");
    }
}

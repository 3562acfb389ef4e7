//! The secret as a key, and the proofs of the greeting. Each proof says what it is for, by whom and between which nonces,
//! so that none can stand for another one.
use std::num::NonZeroU32;

use ring::hmac::{self, HMAC_SHA256, Key};
use ring::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use ring::rand::{SecureRandom, SystemRandom};

/// Drawn anew by each side for each channel.
pub type Nonce = [u8; 16];

/// Bytes of a proof.
pub const PROOF: usize = 32;
/// What guessing a short secret from a recorded greeting costs for each try; we pay it once for a node. No number of them
/// makes a weak secret a strong one.
const ROUNDS: NonZeroU32 = NonZeroU32::new(10_000).unwrap();
const SALT: &[u8] = b"rlocust --master-secret 1";

/// What a master and its workers both know.
#[derive(Debug, Clone)]
pub struct Secret(Key);

impl Secret {
    /// Takes some milliseconds.
    pub fn new(secret: &[u8]) -> Self {
        let mut key = [0; PROOF];
        pbkdf2::derive(PBKDF2_HMAC_SHA256, ROUNDS, SALT, secret, &mut key);
        Self(Key::new(HMAC_SHA256, &key))
    }

    /// The data of a greeting.
    pub fn hello(&self, id: &str, of_worker: &Nonce) -> Vec<u8> {
        let proof = self.proof("hello", id, &[of_worker]);
        [&of_worker[..], proof.as_ref()].concat()
    }

    /// The nonce of a greeting by who knows the secret.
    pub fn read_hello(&self, id: &str, data: &[u8]) -> Option<Nonce> {
        let (of_worker, proof) = data.split_first_chunk()?;
        self.proves(proof, "hello", id, &[of_worker])
            .then_some(*of_worker)
    }

    /// The data of the answer to a greeting.
    pub fn welcome(&self, id: &str, of_worker: &Nonce, of_master: &Nonce) -> Vec<u8> {
        let proof = self.proof("welcome", id, &[of_worker, of_master]);
        [&of_master[..], proof.as_ref()].concat()
    }

    /// The master's nonce of an answer to this very greeting.
    pub fn read_welcome(&self, id: &str, of_worker: &Nonce, data: &[u8]) -> Option<Nonce> {
        let (of_master, proof) = data.split_first_chunk()?;
        self.proves(proof, "welcome", id, &[of_worker, of_master])
            .then_some(*of_master)
    }

    /// The key of what one end of a channel sends.
    pub fn channel_key(&self, sender: &str, id: &str, of_worker: &Nonce, of_master: &Nonce) -> Key {
        let key = self.proof(sender, id, &[of_worker, of_master]);
        Key::new(HMAC_SHA256, key.as_ref())
    }

    fn proof(&self, purpose: &str, id: &str, nonces: &[&Nonce]) -> hmac::Tag {
        hmac::sign(&self.0, &described(purpose, id, nonces))
    }

    /// In a time that says nothing of the right one.
    fn proves(&self, proof: &[u8], purpose: &str, id: &str, nonces: &[&Nonce]) -> bool {
        hmac::verify(&self.0, &described(purpose, id, nonces), proof).is_ok()
    }
}

/// No two descriptions are the same bytes: what has no fixed length has its length before it.
fn described(purpose: &str, id: &str, nonces: &[&Nonce]) -> Vec<u8> {
    let mut described = Vec::new();
    for text in [purpose, id] {
        described.extend((text.len() as u64).to_be_bytes());
        described.extend(text.as_bytes());
    }
    for nonce in nonces {
        described.extend(*nonce);
    }
    described
}

/// Nothing where the system has no random bytes for us.
pub fn nonce() -> Option<Nonce> {
    let mut nonce = Nonce::default();
    SystemRandom::new().fill(&mut nonce).ok()?;
    Some(nonce)
}

//! Reads a store record by record. Each tick comes whole: what the records so far add up to.
use serde_json::{Map, Value};

use super::codec::Take;
use super::frame::{self, Found, HEAD};
use super::read_tick::LastTick;
use super::writer::{END, FACTS, TICK};
use rlocust_core::model::Tick;

/// One record.
#[derive(Debug)]
pub enum Record {
    /// Versions and settings of the run.
    Facts(Map<String, Value>),
    /// The sums at one instant.
    Tick(Box<Tick>),
    /// The run ended in order; what only its end could say.
    End(Map<String, Value>),
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    #[error("it is not a result store of rlocust")]
    Foreign,
    #[error("it is a result store of a later version of rlocust")]
    Later,
    #[error("it is damaged at byte {at}: what follows cannot be read")]
    Damaged { at: usize },
}

/// Why a file may lack the end of its run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Lacks {
    #[error("its last record is torn: the run was cut off while it wrote")]
    Torn,
    #[error("it has no end: the run was cut off")]
    NoEnd,
    #[error(transparent)]
    Damaged(Damage),
}

/// The records of a file, until its end or the first damage.
#[derive(Debug)]
pub struct Reader<'a> {
    file: &'a [u8],
    at: usize,
    state: LastTick,
    is_torn: bool,
    damage: Option<Damage>,
    is_over: bool,
    has_end: bool,
}

impl<'a> Reader<'a> {
    /// # Errors
    /// When the file does not begin as a store of this version does.
    pub fn new(file: &'a [u8]) -> Result<Self, Damage> {
        let (name, version) = HEAD.split_at(HEAD.len() - 1);
        match file.strip_prefix(name).and_then(<[u8]>::first) {
            Some(found) if [*found] == *version => {}
            Some(_) => return Err(Damage::Later),
            None => return Err(Damage::Foreign),
        }
        Ok(Self {
            file,
            at: HEAD.len(),
            state: LastTick::default(),
            is_torn: false,
            damage: None,
            is_over: false,
            has_end: false,
        })
    }

    /// Why the end of the run may be missing. Known once all records are read.
    pub fn lacks(&self) -> Option<Lacks> {
        if let Some(damage) = &self.damage {
            return Some(Lacks::Damaged(damage.clone()));
        }
        if self.is_torn {
            return Some(Lacks::Torn);
        }
        (!self.has_end).then_some(Lacks::NoEnd)
    }

    fn read(&mut self, content: &[u8]) -> Option<Record> {
        let (kind, body) = content.split_first()?;
        match *kind {
            TICK => Some(Record::Tick(Box::new(self.state.apply(body).ok()?))),
            FACTS => facts(body).map(Record::Facts),
            END => facts(body).map(Record::End),
            _ => None,
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Record, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let at = self.at;
        let read = match frame::at(self.file, at) {
            Found::Record(content, next) => {
                self.at = next;
                Some(self.read(content).ok_or(Damage::Damaged { at }))
            }
            Found::End => None,
            Found::Torn => {
                self.is_torn = true;
                None
            }
            Found::Damage => Some(Err(Damage::Damaged { at })),
        };
        self.has_end |= matches!(read, Some(Ok(Record::End(_))));
        self.damage = read.as_ref().and_then(|read| read.as_ref().err().cloned());
        self.is_over = !matches!(read, Some(Ok(_)));
        read
    }
}

fn facts(body: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_str(&Take(body).text().ok()?).ok()? {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

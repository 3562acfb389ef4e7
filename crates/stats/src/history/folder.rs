//! The folder itself: which runs are in it, the newest first, and what may be done with one. Names of runs are those of
//! their files, so none that a stranger gives leads out of the folder.
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use serde_json::{Map, Value};

use super::card::{Card, Notes, Summary};
use super::figures::Figures;
use crate::report::utc;
use crate::store::Damage;

/// Of a store that is read here, in bytes: it is in memory as a whole.
const MOST_READ: u64 = 128 << 20;
/// Runs that begin within one second.
const MOST_OF_A_SECOND: u32 = 10_000;
const MOST_OF_NAME: usize = 128;
const ENDING: &str = ".store";

/// Runs kept in one folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// What stands at the beginning of a store that begins now.
    facts: Mutex<Map<String, Value>>,
    /// The run that this process writes, with its figures so far.
    current: Mutex<Option<(String, Figures)>>,
    /// Held while a store is read: one at a time is in memory.
    reading: Mutex<()>,
    /// Held while a card is changed.
    noting: Mutex<()>,
}

/// One run of the folder.
#[derive(Debug)]
pub struct KeptRun {
    pub id: String,
    pub state: RunState,
    pub notes: Notes,
    /// Nothing where the store could not be read.
    pub figures: Option<Figures>,
    /// Why its end, or all of it, is missing.
    pub lacks: Option<String>,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// Somebody writes it.
    Current,
    Complete,
    Cut,
    /// It is no store, or too large to be read here.
    Unread,
}

/// Why something cannot be had or done.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("no such run: `{0}`")]
    Unknown(String),
    #[error("run `{0}` is still running; stop it first")]
    GoesOn(String),
    #[error(
        "The store of `{id}` has {bytes} bytes: those of more than {MOST_READ} are not read here, `rlocust report` reads them"
    )]
    TooLarge { id: String, bytes: u64 },
    #[error("{0}")]
    System(#[from] io::Error),
}

impl RunState {
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Complete => "complete",
            Self::Cut => "cut",
            Self::Unread => "unread",
        }
    }
}

impl Folder {
    /// Makes the folder where it is missing, and sees that files can be made in it.
    ///
    /// # Errors
    /// When they cannot.
    pub fn open(path: PathBuf, facts: Map<String, Value>) -> io::Result<Self> {
        if std::fs::metadata(&path).is_ok_and(|found| !found.is_dir()) {
            return Err(io::Error::other("it is a file: `--history` names a folder"));
        }
        std::fs::create_dir_all(&path)?;
        let trial = path.join(format!(".rlocust-{}", std::process::id()));
        File::create(&trial)?;
        std::fs::remove_file(&trial)?;
        Ok(Self {
            path,
            facts: Mutex::new(facts),
            current: Mutex::default(),
            reading: Mutex::default(),
            noting: Mutex::default(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn facts(&self) -> Map<String, Value> {
        self.facts.lock().clone()
    }

    /// For runs that begin from now on.
    pub fn set_facts(&self, facts: Map<String, Value>) {
        *self.facts.lock() = facts;
    }

    /// A name that no run has yet, its store made, empty and locked until the file is dropped. `started_at` in Unix seconds.
    ///
    /// # Errors
    /// When the system refuses the file.
    pub fn begin(&self, started_at: f64) -> io::Result<(String, File)> {
        let name = utc(started_at).replace(':', "-");
        for number in 1..MOST_OF_A_SECOND {
            let id = match number {
                1 => name.clone(),
                number => format!("{name}-{number}"),
            };
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            match options.open(self.store(&id)) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => {
                    file.lock().ok(); // a system without locks shows it as cut off while it lasts
                    return Ok((id, file));
                }
            }
        }
        Err(io::Error::other("too many runs began within one second"))
    }

    /// How far the run of this process is.
    pub fn go_on(&self, id: &str, figures: &Figures) {
        *self.current.lock() = Some((id.to_owned(), figures.clone()));
    }

    /// The run of this process has an end in its store.
    ///
    /// # Errors
    /// When its card cannot be written; lists then read the store.
    pub fn conclude(&self, id: &str, figures: &Figures) -> io::Result<()> {
        *self.current.lock() = None;
        let Ok(found) = std::fs::metadata(self.store(id)) else {
            return Ok(()); // somebody has deleted it
        };
        self.summarize(id, found.len(), None, figures)
    }

    /// The newest first, so many at most.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn runs(&self, most: usize) -> io::Result<Vec<KeptRun>> {
        let mut ids = Vec::new();
        for entry in std::fs::read_dir(&self.path)? {
            let name = entry?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(ENDING));
            ids.extend(id.filter(|id| is_name(id)).map(str::to_owned));
        }
        ids.sort_unstable_by(|one, other| other.cmp(one));
        ids.truncate(most);
        // One that has just been deleted is none.
        Ok(ids.iter().filter_map(|id| self.run(id).ok()).collect())
    }

    /// # Errors
    /// When there is no such run.
    pub fn run(&self, id: &str) -> Result<KeptRun, Refusal> {
        let bytes = self.bytes(id)?;
        let card = Card::load(&self.card(id));
        let kept = |state, figures, lacks: Option<String>| KeptRun {
            id: id.to_owned(),
            state,
            notes: card.notes.clone(),
            figures,
            lacks,
        };
        if let Some((_, figures)) = self.current.lock().as_ref().filter(|now| now.0 == id) {
            return Ok(kept(RunState::Current, Some(figures.clone()), None));
        }
        if let Some(known) = card.summary.as_ref().filter(|known| known.bytes == bytes) {
            let state = state_of(known.lacks.is_some());
            return Ok(kept(
                state,
                Some(known.figures.clone()),
                known.lacks.clone(),
            ));
        }
        Ok(match self.read_figures(id)? {
            Err(why) => kept(RunState::Unread, None, Some(why)),
            Ok((figures, _)) if self.is_written(id) => kept(RunState::Current, Some(figures), None),
            Ok((figures, lacks)) => {
                // A folder that cannot be written is read again the next time.
                self.summarize(id, bytes, lacks.clone(), &figures).ok();
                kept(state_of(lacks.is_some()), Some(figures), lacks)
            }
        })
    }

    /// The bytes of a store, and nobody else's meanwhile: `read` has them.
    ///
    /// # Errors
    /// When there is no such run, or it is too large.
    pub fn read<T>(&self, id: &str, read: impl FnOnce(&[u8]) -> T) -> Result<T, Refusal> {
        let bytes = self.bytes(id)?;
        if bytes > MOST_READ {
            return Err(Refusal::TooLarge {
                id: id.to_owned(),
                bytes,
            });
        }
        let _one = self.reading.lock();
        let mut content = Vec::new();
        // It may be growing.
        File::open(self.store(id))?
            .take(MOST_READ)
            .read_to_end(&mut content)?;
        Ok(read(&content))
    }

    /// The store to hand out, and its length.
    ///
    /// # Errors
    /// When there is no such run.
    pub fn file(&self, id: &str) -> Result<(File, u64), Refusal> {
        let bytes = self.bytes(id)?;
        Ok((File::open(self.store(id))?, bytes))
    }

    /// Changes what is noted of a run.
    ///
    /// # Errors
    /// When there is no such run, or the card cannot be written.
    pub fn note(&self, id: &str, change: impl FnOnce(&mut Notes)) -> Result<(), Refusal> {
        self.bytes(id)?;
        let _one = self.noting.lock();
        let mut card = Card::load(&self.card(id));
        change(&mut card.notes);
        Ok(card.save(&self.card(id))?)
    }

    /// Takes store and card away.
    ///
    /// # Errors
    /// When there is no such run, when it goes on, or when the system refuses.
    pub fn delete(&self, id: &str) -> Result<(), Refusal> {
        if self.run(id)?.state == RunState::Current {
            return Err(Refusal::GoesOn(id.to_owned()));
        }
        std::fs::remove_file(self.store(id))?;
        match std::fs::remove_file(self.card(id)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn read_figures(&self, id: &str) -> Result<Result<(Figures, Option<String>), String>, Refusal> {
        let words = |(figures, lacks): (Figures, Option<_>)| {
            (figures, lacks.as_ref().map(ToString::to_string))
        };
        match self.read(id, Figures::of_store) {
            Ok(read) => Ok(read.map(words).map_err(|damage: Damage| damage.to_string())),
            Err(too_large @ Refusal::TooLarge { .. }) => Ok(Err(too_large.to_string())),
            Err(refusal) => Err(refusal),
        }
    }

    fn summarize(
        &self,
        id: &str,
        bytes: u64,
        lacks: Option<String>,
        figures: &Figures,
    ) -> io::Result<()> {
        let _one = self.noting.lock();
        let mut card = Card::load(&self.card(id));
        card.summary = Some(Summary {
            bytes,
            lacks,
            figures: figures.clone(),
        });
        card.save(&self.card(id))
    }

    /// The length of a store that is there; a link is none, whatever it leads to.
    fn bytes(&self, id: &str) -> Result<u64, Refusal> {
        let unknown = || Refusal::Unknown(id.chars().take(MOST_OF_NAME).collect());
        if !is_name(id) {
            return Err(unknown());
        }
        match std::fs::symlink_metadata(self.store(id)) {
            Ok(found) if found.is_file() => Ok(found.len()),
            _ => Err(unknown()),
        }
    }

    /// Whether a process holds it.
    fn is_written(&self, id: &str) -> bool {
        let tried = File::open(self.store(id)).map(|file| file.try_lock_shared());
        matches!(tried, Ok(Err(TryLockError::WouldBlock)))
    }

    pub fn store(&self, id: &str) -> PathBuf {
        self.path.join(format!("{id}{ENDING}"))
    }

    fn card(&self, id: &str) -> PathBuf {
        self.path.join(format!("{id}.json"))
    }
}

fn state_of(is_cut: bool) -> RunState {
    if is_cut {
        RunState::Cut
    } else {
        RunState::Complete
    }
}

/// No separator, nothing hidden, nothing that leads upwards.
fn is_name(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=MOST_OF_NAME).contains(&id.len()) && !id.starts_with('.') && id.bytes().all(is_plain)
}

//! Files that outputs write while a run lasts: one kind is written anew each time, the other grows. Both start empty,
//! and both take a full disk as something that may pass: what could not be written is tried again.
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use super::pipes;
use crate::run::OutputError;

/// What a growing file may owe while its disk is full; then the oldest is lost for good.
const MOST_OWED: usize = 64 << 20;

/// Opens the file empty, its folders made.
fn create(path: &Path) -> Result<File, OutputError> {
    let at = OutputError::with(path);
    let made = make_folder(path);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    made.and_then(|()| pipes::open(path, &options)).map_err(at)
}

/// Makes the folders of a file. One of them may be there and be none.
fn make_folder(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let made = folder.map_or(Ok(()), std::fs::create_dir_all);
    made.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => ErrorKind::NotADirectory.into(),
        _ => error,
    })
}

/// Whether it has a place and a length. A pipe and `/dev/null` have none: they only take what comes.
fn is_regular(file: &File) -> bool {
    file.metadata().is_ok_and(|found| found.is_file())
}

/// The same, before it is opened.
fn only_takes(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Makes the folders of a file that is written at the end only, and sees whether it can be written.
///
/// # Errors
/// When it cannot.
pub fn try_file(path: &Path) -> Result<(), OutputError> {
    if only_takes(path) {
        return Ok(()); // whoever reads a pipe would take our trial for the end
    }
    let is_new = std::fs::symlink_metadata(path).is_err();
    make_folder(path)
        .and_then(|()| {
            OpenOptions::new()
                .append(true)
                .create(true)
                .open(path)
                .map(drop)
        })
        .and_then(|()| {
            if is_new {
                std::fs::remove_file(path)
            } else {
                Ok(())
            }
        })
        .map_err(OutputError::with(path))
}

/// Empties a file that is written at the end only: better no run than one whose report nobody can write, and no report
/// of an older run beside a newer one.
///
/// # Errors
/// When it cannot be written.
pub fn begin_file(path: &Path) -> Result<(), OutputError> {
    if only_takes(path) {
        return Ok(());
    }
    create(path).map(drop)
}

/// Writes a whole file at once.
///
/// # Errors
/// When it cannot be written.
pub fn write_file(path: &Path, content: &[u8]) -> Result<(), OutputError> {
    Rewritten::create(path.to_owned())?.write(content)
}

/// A file whose whole content is replaced.
#[derive(Debug)]
pub struct Rewritten {
    path: PathBuf,
    file: File,
}

impl Rewritten {
    pub fn create(path: PathBuf) -> Result<Self, OutputError> {
        let file = create(&path)?;
        Ok(Self { path, file })
    }

    /// In place, as Locust does: whoever watches the file keeps it.
    pub fn write(&mut self, content: &[u8]) -> Result<(), OutputError> {
        self.put(content).map_err(OutputError::with(&self.path))
    }

    fn put(&mut self, content: &[u8]) -> std::io::Result<()> {
        if !is_regular(&self.file) {
            return self.file.write_all(content);
        }
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(content)?;
        self.file.set_len(content.len() as u64)
    }
}

/// A file that grows. After a failed write it is cut back to its last whole piece.
#[derive(Debug)]
pub struct Growing {
    path: PathBuf,
    file: File,
    length: u64,
    owed: Vec<u8>,
    /// The length of the piece pushed last.
    last: usize,
    has_lost: bool,
    syncing: Option<JoinHandle<std::io::Result<()>>>,
}

impl Growing {
    pub fn create(path: PathBuf) -> Result<Self, OutputError> {
        let file = create(&path)?;
        Ok(Self {
            path,
            file,
            length: 0,
            owed: Vec::new(),
            last: 0,
            has_lost: false,
            syncing: None,
        })
    }

    /// Keeps a piece until the next `flush`.
    pub fn push(&mut self, piece: &[u8]) {
        if self.has_lost || self.owed.len() + piece.len() > MOST_OWED {
            self.has_lost = true;
            return;
        }
        self.owed.extend_from_slice(piece);
        self.last = piece.len();
    }

    /// Puts this piece in the place of the last one. What a pipe has taken stays as it is.
    pub fn replace_last(&mut self, piece: &[u8]) -> Result<(), OutputError> {
        if let Some(kept) = self.owed.len().checked_sub(self.last) {
            self.owed.truncate(kept);
        } else if is_regular(&self.file) {
            let kept = self.length.saturating_sub(self.last as u64);
            let cut = self.file.set_len(kept);
            cut.and_then(|()| self.file.seek(SeekFrom::Start(kept)))
                .map_err(OutputError::with(&self.path))?;
            self.length = kept;
        } else {
            return Ok(());
        }
        self.push(piece);
        Ok(())
    }

    /// How much waits for a `flush`.
    pub fn owed(&self) -> usize {
        self.owed.len()
    }

    /// Hands everything to the system.
    pub fn flush(&mut self) -> Result<(), OutputError> {
        if self.has_lost {
            let lost =
                std::io::Error::other("it could not be written for so long that figures were lost");
            return Err(OutputError {
                what: self.path.clone(),
                cause: lost,
            });
        }
        if self.owed.is_empty() {
            return Ok(());
        }
        if let Err(cause) = self.file.write_all(&self.owed) {
            // Half a piece at the end would spoil the next one; if even this fails, readers know of torn ends.
            self.file.set_len(self.length).ok();
            self.file.seek(SeekFrom::Start(self.length)).ok();
            return Err(OutputError {
                what: self.path.clone(),
                cause,
            });
        }
        self.length += self.owed.len() as u64;
        self.owed.clear();
        Ok(())
    }

    /// Begins to have the system put it onto the disk, which may take its time; says what became of the last such
    /// attempt. Nothing where that one is still under way.
    pub fn begin_sync(&mut self) -> Result<(), OutputError> {
        if !is_regular(&self.file) || self.syncing.as_ref().is_some_and(|it| !it.is_finished()) {
            return Ok(());
        }
        let last = self.await_sync();
        let begun = self.file.try_clone().and_then(|file| {
            std::thread::Builder::new()
                .name("rlocust-sync".to_owned())
                .spawn(move || file.sync_data())
        });
        let begun = begun.map(|syncing| self.syncing = Some(syncing));
        last.and(begun.map_err(OutputError::with(&self.path)))
    }

    /// Has the system put it onto the disk.
    pub fn sync(&mut self) -> Result<(), OutputError> {
        if !is_regular(&self.file) {
            return Ok(());
        }
        let last = self.await_sync();
        last.and(self.file.sync_data().map_err(OutputError::with(&self.path)))
    }

    fn await_sync(&mut self) -> Result<(), OutputError> {
        let ended = self.syncing.take().map(JoinHandle::join);
        // A panic in there says nothing of the file.
        let ended = ended.and_then(Result::ok).unwrap_or(Ok(()));
        ended.map_err(OutputError::with(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rewritten_file_holds_the_last_content_alone() {
        let folder = std::env::temp_dir().join(format!("rlocust-files-{}", std::process::id()));
        let path = folder.join("new/out.csv");
        let mut file = Rewritten::create(path.clone()).expect("the folder is made");
        file.write(b"long content").expect("there is space");
        file.write(b"short").expect("there is space");
        assert_eq!(std::fs::read(path).expect("it is there"), b"short");
        std::fs::remove_dir_all(folder).expect("it can be removed");
    }

    #[test]
    fn the_last_piece_can_be_replaced_before_and_after_it_was_written() {
        let path = std::env::temp_dir().join(format!("rlocust-again-{}", std::process::id()));
        let mut file = Growing::create(path.clone()).expect("there is space");
        file.push(b"first ");
        file.push(b"waits ");
        file.replace_last(b"second ").expect("there is space");
        file.flush().expect("there is space");
        file.replace_last(b"third ").expect("there is space");
        file.push(b"fourth");
        file.flush().expect("there is space");
        let content = std::fs::read(&path).expect("it is there");
        assert_eq!(content, b"first third fourth");
        std::fs::remove_file(path).expect("it can be removed");
    }

    #[test]
    fn the_disk_is_waited_for_at_the_end_only_and_its_error_is_reported_once() {
        let path = std::env::temp_dir().join(format!("rlocust-sync-{}", std::process::id()));
        let mut file = Growing::create(path.clone()).expect("there is space");
        let (free, freed) = std::sync::mpsc::channel::<()>();
        file.syncing = Some(std::thread::spawn(move || {
            freed.recv().ok();
            Err(std::io::Error::other("broken"))
        }));
        file.begin_sync().expect("nothing is known of the first");
        drop(free);
        let error = file.sync().expect_err("the first failed").to_string();
        assert!(error.ends_with(": broken"), "{error}");
        file.begin_sync().expect("it was reported");
        file.sync().expect("both succeed");
        std::fs::remove_file(path).expect("it can be removed");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_no_regular_file_takes_what_comes() {
        use std::io::Read as _;
        use std::os::fd::AsRawFd as _;

        let (mut reader, writer) = std::io::pipe().expect("the system grants a pipe");
        let pipe = PathBuf::from(format!("/proc/self/fd/{}", writer.as_raw_fd()));
        for path in [pipe, "/dev/null".into()] {
            try_file(&path).expect("it is there");
            begin_file(&path).expect("it is there");
            let mut rewritten = Rewritten::create(path.clone()).expect("it opens");
            rewritten.write(b"all ").expect("it takes everything");
            let mut growing = Growing::create(path).expect("it opens");
            growing.push(b"piece");
            growing.flush().expect("it takes everything");
            growing.begin_sync().expect("there is no disk");
            growing.sync().expect("there is no disk");
        }
        drop(writer);
        let mut read = String::new();
        reader.read_to_string(&mut read).expect("text");
        assert_eq!(read, "all piece");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_reported_with_the_files_name_and_owed_pieces_are_kept() {
        let mut file = Growing::create("/dev/full".into()).expect("the device exists");
        file.push(b"piece");
        let error = file.flush().expect_err("the device is full").to_string();
        assert!(
            error.starts_with("cannot write `/dev/full`: No space left on device"),
            "{error}"
        );
        assert_eq!(file.owed(), 5);
    }

    fn place(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("rlocust-{name}-{}", std::process::id()))
    }

    #[test]
    fn a_trial_leaves_everything_as_it_was_and_a_beginning_leaves_an_empty_file() {
        let folder = place("trial");
        let path = folder.join("new/out.json");
        try_file(&path).expect("the folder is made");
        assert!(!path.exists() && folder.join("new").is_dir());
        write_file(&path, b"older").expect("there is space");
        try_file(&path).expect("it can be written");
        let read = || std::fs::read(&path).expect("it is there");
        assert_eq!(read(), b"older");
        begin_file(&path).expect("it can be written");
        assert_eq!(read(), b"");
        let error = try_file(&folder).expect_err("it is a folder").to_string();
        assert!(error.starts_with("cannot write `"), "{error}");
        assert!(begin_file(&folder).is_err());
        let below = path.join("below/out.json");
        for error in [try_file(&below), begin_file(&path.join("x"))] {
            let error = error.expect_err("a file is no folder").to_string();
            assert!(error.to_lowercase().contains("not a directory"), "{error}");
        }
        std::fs::remove_dir_all(folder).expect("it can be removed");
    }

    #[test]
    fn pieces_wait_up_to_a_limit_and_what_is_beyond_is_reported_as_lost() {
        let path = place("owed");
        let mut file = Growing::create(path.clone()).expect("there is space");
        file.push(&vec![b'a'; MOST_OWED - 1]);
        file.push(b"a");
        assert_eq!(file.owed(), MOST_OWED);
        file.push(b"b");
        assert_eq!(file.owed(), MOST_OWED);
        let error = file.flush().expect_err("one is lost").to_string();
        assert!(error.ends_with("that figures were lost"), "{error}");
        file.push(b"");
        assert!(file.flush().is_err(), "it stays lost");
        std::fs::remove_file(path).expect("it can be removed");
    }

    #[test]
    fn pieces_are_written_behind_each_other() {
        let path = place("behind");
        let mut file = Growing::create(path.clone()).expect("there is space");
        for (piece, length) in [("one ", 4), ("two ", 8), ("three", 13)] {
            file.push(piece.as_bytes());
            file.flush().expect("there is space");
            assert_eq!((file.owed(), file.length), (0, length));
        }
        file.replace_last(b"3").expect("there is space");
        file.flush().expect("there is space");
        let content = std::fs::read(&path).expect("it is there");
        assert_eq!(content, b"one two 3");
        std::fs::remove_file(path).expect("it can be removed");
    }
}

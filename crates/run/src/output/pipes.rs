//! Named pipes among the files of a run. To open one for writing waits until somebody reads it, which may be never: here
//! a reader that is on its way is waited for, and without one the file cannot be written.
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::time::Duration;

/// For readers that a shell starts beside us.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the file as asked; a pipe only once it has a reader.
pub fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    open_within(PATIENCE, path, options)
}

#[cfg(not(unix))]
fn open_within(_: Duration, path: &Path, options: &OpenOptions) -> io::Result<File> {
    options.open(path)
}

#[cfg(unix)]
fn open_within(patience: Duration, path: &Path, options: &OpenOptions) -> io::Result<File> {
    use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};

    use nix::errno::Errno;
    use nix::fcntl::OFlag;

    use rlocust_core::clock;

    const LOOK_AGAIN: Duration = Duration::from_millis(10);

    if !std::fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo()) {
        return options.open(path);
    }
    let mut at_once = options.clone();
    at_once.custom_flags(OFlag::O_NONBLOCK.bits());
    let until = clock::instant() + patience;
    loop {
        match at_once.open(path) {
            Ok(file) => return blocking(file),
            Err(error) if error.raw_os_error() != Some(Errno::ENXIO as i32) => return Err(error),
            Err(_) if clock::instant() >= until => return Err(without_reader()),
            Err(_) => std::thread::park_timeout(LOOK_AGAIN),
        }
    }
}

/// What is written later waits for a slow reader, as into any pipe.
#[cfg(unix)]
fn blocking(file: File) -> io::Result<File> {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};

    let flags = OFlag::from_bits_retain(fcntl(&file, FcntlArg::F_GETFL)?);
    fcntl(&file, FcntlArg::F_SETFL(flags & !OFlag::O_NONBLOCK))?;
    Ok(file)
}

#[cfg(unix)]
fn without_reader() -> io::Error {
    io::Error::other("nobody reads this pipe; start its reader first")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use nix::sys::stat::Mode;
    use rlocust_testing::waiting::DEADLINE;
    use std::io::{Read as _, Write as _};
    use std::path::PathBuf;
    use std::sync::mpsc;

    struct Pipe(PathBuf);

    impl Pipe {
        fn new(name: &str) -> Self {
            let name = format!("rlocust-pipe-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            nix::unistd::mkfifo(&path, Mode::S_IRWXU).expect("a pipe");
            Self(path)
        }
    }

    impl Drop for Pipe {
        fn drop(&mut self) {
            std::fs::remove_file(&self.0).ok(); // a test's leftovers harm nobody
        }
    }

    fn for_writing() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        options
    }

    #[test]
    fn a_pipe_without_a_reader_cannot_be_written() {
        let pipe = Pipe::new("alone");
        let (done, outcome) = mpsc::channel();
        let path = pipe.0.clone();
        std::thread::spawn(move || {
            let opened = open_within(Duration::from_millis(30), &path, &for_writing());
            done.send(opened.map(drop))
        });
        let opened = outcome.recv_timeout(DEADLINE);
        let error = opened.expect("it ends").expect_err("nobody reads");
        assert_eq!(
            error.to_string(),
            "nobody reads this pipe; start its reader first"
        );
    }

    #[test]
    fn a_reader_that_comes_later_gets_all_of_it() {
        let pipe = Pipe::new("late");
        let path = pipe.0.clone();
        let writer = std::thread::spawn(move || {
            let mut file = open(&path, &for_writing())?;
            file.write_all(&vec![b'x'; 200_000]) // more than a pipe holds
        });
        let mut read = Vec::new();
        let mut reader = File::open(&pipe.0).expect("it is there");
        reader.read_to_end(&mut read).expect("it ends");
        writer.join().expect("no panic").expect("all is written");
        assert_eq!(read.len(), 200_000);
    }
}

//! The terminal behind standard error, as a thing to draw on: where Python's logging and Locust's tables go.
use std::io;

/// A place to draw on.
pub trait Screen: io::Write + Send {
    /// Columns and rows; nothing where nobody knows.
    fn size(&self) -> Option<(u16, u16)>;

    /// Whether it is ours at this moment: a shell gives its terminal to one job at a time.
    fn is_ours(&self) -> bool;
}

/// A terminal, by a descriptor of its own: it stays what it is when the suite redirects standard error.
#[derive(Debug)]
pub struct Tty {
    file: std::fs::File,
}

impl Tty {
    /// # Errors
    /// When the system grants no descriptor.
    pub fn try_clone(&self) -> io::Result<Self> {
        let file = self.file.try_clone()?;
        Ok(Self { file })
    }
}

#[cfg(unix)]
impl Tty {
    /// Nothing where standard error is no terminal.
    pub fn of_stderr() -> Option<Self> {
        use std::io::IsTerminal as _;
        use std::os::fd::AsFd as _;

        let stderr = io::stderr();
        if !stderr.is_terminal() {
            return None;
        }
        let own = stderr.as_fd().try_clone_to_owned().ok()?;
        Some(Self { file: own.into() })
    }
}

#[cfg(not(unix))]
impl Tty {
    /// Nothing: we know this system's terminals too little.
    pub fn of_stderr() -> Option<Self> {
        None
    }
}

impl io::Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(unix)]
impl Screen for Tty {
    fn size(&self) -> Option<(u16, u16)> {
        let size = rustix::termios::tcgetwinsize(&self.file).ok()?;
        Some((size.ws_col, size.ws_row))
    }

    fn is_ours(&self) -> bool {
        let own = rustix::process::getpgrp();
        // One that is not the terminal of our session belongs to no other job.
        rustix::termios::tcgetpgrp(&self.file).map_or(true, |group| group == own)
    }
}

#[cfg(not(unix))]
impl Screen for Tty {
    fn size(&self) -> Option<(u16, u16)> {
        None
    }

    fn is_ours(&self) -> bool {
        false
    }
}

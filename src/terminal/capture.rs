//! What is printed while the view has the screen: standard error, and standard output where it is a terminal, go into a pipe
//! that a thread empties, so that nobody who prints waits. The last lines are kept, within limits, for the view and for
//! the screen that comes back.
use std::collections::VecDeque;
use std::io::{self, Read as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use parking_lot::Mutex;

/// Bytes of the lines that are kept.
const MOST_BYTES: usize = 4 << 20;
/// A line that is longer counts as several.
const LONGEST: usize = 64 << 10;
/// For what is still in the pipe; a program that the suite has started may hold it open for ever.
const PATIENCE: Duration = Duration::from_millis(200);

/// Ends with `end`.
pub struct Capture {
    printed: Arc<Mutex<Printed>>,
    streams: Streams,
    is_read: Receiver<()>,
}

/// The lines, the newest last.
#[derive(Debug, Default)]
struct Printed {
    lines: VecDeque<String>,
    bytes: usize,
    left_out: u64,
    begun: Vec<u8>,
}

impl Capture {
    /// # Errors
    /// When the system grants no pipe or no thread.
    pub fn begin() -> io::Result<Self> {
        let (mut pipe, entrance) = io::pipe()?;
        let printed = Arc::<Mutex<Printed>>::default();
        let own = Arc::clone(&printed);
        let (send_read, is_read) = sync_channel(1);
        std::thread::Builder::new()
            .name("rlocust-service-log".to_owned())
            .spawn(move || {
                let mut bytes = vec![0; LONGEST];
                while let Ok(count @ 1..) = pipe.read(&mut bytes) {
                    own.lock().take(&bytes[..count]);
                }
                send_read.send(()).ok(); // nobody listens when the wait for us was given up
            })?;
        Ok(Self {
            printed,
            streams: Streams::redirected(entrance)?,
            is_read,
        })
    }

    /// The last lines, as many as that, without what moves a cursor.
    pub fn last(&self, most: usize) -> Vec<String> {
        let printed = self.printed.lock();
        let first = printed.lines.len().saturating_sub(most);
        let lines = printed.lines.range(first..);
        let plain = lines.map(|line| line.chars().filter(|letter| !letter.is_control()).collect());
        plain.collect()
    }

    /// Gives the streams back; everything that was printed, and how much of it is not kept.
    pub fn end(self) -> String {
        self.streams.give_back();
        self.is_read.recv_timeout(PATIENCE).ok(); // somebody else holds it
        self.printed.lock().text()
    }
}

impl Printed {
    fn take(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(piece);
            if self.begun.ends_with(b"\n") || self.begun.len() >= LONGEST {
                self.push();
            }
        }
    }

    fn push(&mut self) {
        let line = String::from_utf8_lossy(&self.begun)
            .trim_end_matches('\n')
            .to_owned();
        self.begun.clear();
        self.bytes += line.len() + 1;
        self.lines.push_back(line);
        while self.bytes > MOST_BYTES
            && let Some(oldest) = self.lines.pop_front()
        {
            self.bytes -= oldest.len() + 1;
            self.left_out += 1;
        }
    }

    fn text(&mut self) -> String {
        if !self.begun.is_empty() {
            self.push();
        }
        let mut text = match self.left_out {
            0 => String::new(),
            lines => {
                format!("({lines} lines before these are not kept; --logfile keeps the log)\n")
            }
        };
        for line in self.lines.drain(..) {
            push_shown(&mut text, &line);
            text.push('\n');
        }
        text
    }
}

/// The line for a terminal: control characters are shown, as Python writes them, and not obeyed.
fn push_shown(text: &mut String, line: &str) {
    for letter in line.chars() {
        if letter.is_control() && letter != '\t' {
            let shown = format!("\\x{:02x}", u32::from(letter));
            text.push_str(&shown);
        } else {
            text.push(letter);
        }
    }
}

#[cfg(unix)]
struct Streams {
    stderr: std::os::fd::OwnedFd,
    /// Nothing where it is no terminal: then it goes on being what it is.
    stdout: Option<std::os::fd::OwnedFd>,
}

#[cfg(unix)]
impl Streams {
    fn redirected(entrance: io::PipeWriter) -> io::Result<Self> {
        use std::io::IsTerminal as _;
        use std::os::fd::AsFd as _;

        let is_terminal = io::stdout().is_terminal();
        let stdout = is_terminal.then(|| io::stdout().as_fd().try_clone_to_owned());
        let saved = Self {
            stderr: io::stderr().as_fd().try_clone_to_owned()?,
            stdout: stdout.transpose()?,
        };
        rustix::stdio::dup2_stderr(&entrance)?;
        if is_terminal {
            rustix::stdio::dup2_stdout(&entrance)?;
        }
        drop(entrance); // the streams are the only ones that hold it
        Ok(saved)
    }

    fn give_back(&self) {
        // Numbers that are in use can be replaced at any time.
        rustix::stdio::dup2_stderr(&self.stderr).ok();
        if let Some(stdout) = &self.stdout {
            rustix::stdio::dup2_stdout(stdout).ok();
        }
    }
}

#[cfg(not(unix))]
struct Streams;

#[cfg(not(unix))]
impl Streams {
    fn redirected(_: io::PipeWriter) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn give_back(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_put_together_from_what_was_read() {
        let mut printed = Printed::default();
        printed.take(b"one\ntw");
        printed.take(b"o\n\xffthree");
        assert_eq!(printed.lines, ["one", "two"]);
        assert_eq!(printed.text(), "one\ntwo\n\u{fffd}three\n");
    }

    #[test]
    fn control_characters_are_shown() {
        let mut printed = Printed::default();
        printed.take(b"a\tb \x1b[31mred\x07\r\n");
        assert_eq!(printed.text(), "a\tb \\x1b[31mred\\x07\\x0d\n");
    }

    #[test]
    fn what_is_kept_is_bounded_and_says_so() {
        let mut printed = Printed::default();
        for _ in 0..100 {
            printed.take(&vec![b'x'; LONGEST]);
        }
        assert!(printed.bytes <= MOST_BYTES);
        let lines = printed.lines.len() as u64;
        assert_eq!(lines + printed.left_out, 100);
        assert!(
            printed
                .text()
                .starts_with(&format!("({} lines before", 100 - lines))
        );
    }
}

//! The last row of a terminal, kept for one line: everything else scrolls above it. The terminal itself keeps the line
//! and the log apart, so that nobody's lines are torn, whoever writes them: Python's logging, a suite that prints, a
//! program that it starts. Dropped, the terminal has all its rows again.
use std::io;

use super::tty::Screen;

/// With fewer rows there is no room for a line that stays.
const FEWEST_ROWS: u16 = 5;

/// Moves the cursor down, which scrolls where it stands on the last row, and marks the place.
const MAKE_ROOM: &str = "\x1bD\x1b7";
const MARK: &str = "\x1b7";
const BACK: &str = "\x1b8";
const UP: &str = "\x1b[1A";

pub struct BottomRow<S: Screen> {
    screen: S,
    /// Columns and rows of the terminal whose last row is kept.
    kept: Option<(u16, u16)>,
}

impl<S: Screen> BottomRow<S> {
    pub fn new(screen: S) -> Self {
        Self { screen, kept: None }
    }

    /// Shows the line that `text` gives for so many columns; nothing while another job has the terminal.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn show(&mut self, text: impl FnOnce(usize) -> String) -> io::Result<()> {
        if !self.screen.is_ours() {
            return Ok(());
        }
        let size = self.screen.size().filter(|(_, rows)| *rows >= FEWEST_ROWS);
        let Some((columns, rows)) = size else {
            return self.release();
        };
        let begin = if self.kept == size {
            String::new()
        } else {
            format!("{MAKE_ROOM}\x1b[1;{}r{BACK}{UP}", rows - 1)
        };
        self.kept = size;
        let line = text(usize::from(columns));
        let bytes = format!("{begin}{MARK}\x1b[{rows};1H\x1b[0m{line}\x1b[K{BACK}");
        // In one piece: a terminal takes what others write before or after it.
        self.screen.write_all(bytes.as_bytes())
    }

    fn release(&mut self) -> io::Result<()> {
        let Some((_, rows)) = self.kept.take() else {
            return Ok(());
        };
        let bytes = format!("{MARK}\x1b[r\x1b[{rows};1H\x1b[K{BACK}");
        self.screen.write_all(bytes.as_bytes())
    }
}

impl<S: Screen> Drop for BottomRow<S> {
    fn drop(&mut self) {
        if self.screen.is_ours() {
            self.release().ok(); // a terminal that is gone needs nothing
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parking_lot::Mutex;

    use super::*;

    #[derive(Clone)]
    struct Paper {
        written: Arc<Mutex<Vec<String>>>,
        size: Arc<Mutex<Option<(u16, u16)>>>,
        is_ours: Arc<Mutex<bool>>,
    }

    impl Paper {
        fn of(columns: u16, rows: u16) -> Self {
            Self {
                written: Arc::default(),
                size: Arc::new(Mutex::new(Some((columns, rows)))),
                is_ours: Arc::new(Mutex::new(true)),
            }
        }

        fn take(&self) -> Vec<String> {
            std::mem::take(&mut *self.written.lock())
        }
    }

    impl io::Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let text = String::from_utf8_lossy(bytes);
            self.written.lock().push(text.replace('\x1b', "^"));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Screen for Paper {
        fn size(&self) -> Option<(u16, u16)> {
            *self.size.lock()
        }

        fn is_ours(&self) -> bool {
            *self.is_ours.lock()
        }
    }

    #[test]
    fn the_row_is_kept_once_for_a_size_and_given_back() {
        let paper = Paper::of(80, 24);
        let mut row = BottomRow::new(paper.clone());
        row.show(|columns| format!("{columns} wide"))
            .expect("paper");
        assert_eq!(paper.take(), ["^D^7^[1;23r^8^[1A^7^[24;1H^[0m80 wide^[K^8"]);
        row.show(|_| "again".to_owned()).expect("paper");
        assert_eq!(paper.take(), ["^7^[24;1H^[0magain^[K^8"]);
        *paper.size.lock() = Some((80, 10));
        row.show(|_| "smaller".to_owned()).expect("paper");
        assert_eq!(paper.take(), ["^D^7^[1;9r^8^[1A^7^[10;1H^[0msmaller^[K^8"]);
        drop(row);
        assert_eq!(paper.take(), ["^7^[r^[10;1H^[K^8"]);
    }

    #[test]
    fn a_terminal_without_room_has_no_line() {
        let paper = Paper::of(80, 4);
        let mut row = BottomRow::new(paper.clone());
        row.show(|_| "text".to_owned()).expect("paper");
        assert_eq!(paper.take(), [""; 0]);
        *paper.size.lock() = Some((80, 5));
        row.show(|_| "text".to_owned()).expect("paper");
        assert_eq!(paper.take().len(), 1);
        *paper.size.lock() = None;
        row.show(|_| "text".to_owned()).expect("paper");
        assert_eq!(paper.take(), ["^7^[r^[5;1H^[K^8"]);
        drop(row);
        assert_eq!(paper.take(), [""; 0]);
    }

    #[test]
    fn the_terminal_of_another_job_is_left_alone() {
        let paper = Paper::of(80, 24);
        let mut row = BottomRow::new(paper.clone());
        row.show(|_| "text".to_owned()).expect("paper");
        paper.take();
        *paper.is_ours.lock() = false;
        row.show(|_| "text".to_owned()).expect("paper");
        drop(row);
        assert_eq!(paper.take(), [""; 0]);
    }
}

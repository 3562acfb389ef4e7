//! What a run shows to somebody who sits at a terminal: one live line below the log, or with
//! `--tui` a view of the whole screen. Drawn from published
//! ticks by a thread of its own, which a terminal that takes nothing more may hold up for ever; nothing else waits for
//! it. What is drawn (`figures`, `status`, `view`) is pure.
mod bottom_row;
mod capture;
mod figures;
mod full_screen;
mod output;
mod painter;
mod recent;
mod status;
mod tty;
mod view;

pub use output::{TerminalOutput, TerminalRestorer};
pub use tty::Tty;
pub use view::{Colours, Scrolling};

//! What there is to show, and how.
use ratatui::style::{Color, Style};

use super::course::Course;
use crate::terminal::figures::Figures;
use rlocust_core::model::Tick;

/// One drawing.
pub struct Scene<'a> {
    pub figures: &'a Figures,
    pub tick: &'a Tick,
    pub course: &'a Course,
    /// The last lines that were logged or printed.
    pub log: &'a [String],
    pub colours: Colours,
}

/// Whether the view may be coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    Shown,
    None,
}

impl Colours {
    pub fn style(self, colour: Color) -> Style {
        match self {
            Self::Shown => Style::new().fg(colour),
            Self::None => Style::new(),
        }
    }
}

//! A run as it is compared: for each entry what happened in each interval, and its response times in each.
use super::figure::Figure;
use super::interval::{Course, Interval};
use crate::store::Lacks;
use rlocust_core::model::StreamFigure;

#[derive(Debug, Clone, Default)]
pub struct Run {
    /// How the report calls it: the file it came from.
    pub label: String,
    /// How long one interval is, in seconds.
    pub interval: f64,
    /// Of the whole run, in seconds.
    pub length: f64,
    /// Why the file may lack the end of the run; it counts as far as it goes.
    pub lacks: Option<Lacks>,
    /// Some of its times are rounded to two digits, as Locust's workers report them, and so are its percentiles.
    pub is_rounded: bool,
    /// Entries in order of appearance; the aggregate has an empty method and stands last.
    pub entries: Vec<RunEntry>,
}

#[derive(Debug, Clone, Default)]
pub struct RunEntry {
    pub name: String,
    pub method: String,
    /// One per interval of the run, from its start; empty where the file has totals only.
    pub intervals: Vec<Interval>,
    /// Of the whole run.
    pub total: Interval,
    /// Figures of its streamed answers that were measured; of the aggregate none.
    pub streams: Vec<Streamed>,
}

/// A figure of streamed answers: its values are the `times` of each interval, and their number its `requests`.
#[derive(Debug, Clone)]
pub struct Streamed {
    pub figure: StreamFigure,
    pub intervals: Vec<Interval>,
    pub total: Interval,
}

impl RunEntry {
    /// Nothing where it has no such figure.
    pub fn course(&self, figure: Figure) -> Option<Course<'_>> {
        let Figure::Stream(figure, _) = figure else {
            return Some(Course {
                intervals: &self.intervals,
                total: &self.total,
            });
        };
        let mut streams = self.streams.iter();
        let found = streams.find(|streamed| streamed.figure == figure)?;
        Some(Course {
            intervals: &found.intervals,
            total: &found.total,
        })
    }

    /// Whether anything came of it.
    pub fn is_used(&self) -> bool {
        self.total.requests > 0 || !self.streams.is_empty()
    }

    /// What an entry is found by in the other run.
    pub fn key(&self) -> (&str, &str) {
        (&self.name, &self.method)
    }

    /// For tables: `GET /x`.
    pub fn shown(&self) -> String {
        if self.method.is_empty() {
            self.name.clone()
        } else {
            format!("{} {}", self.method, self.name)
        }
    }
}

//! A run from its result store, as the page and the report show runs.
use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::api::Seen;
use super::super::course::Course;
use super::super::report::{ReportParts, data, report};
use crate::config::RunFacts;
use crate::model::{Conclusion, Tick, Verdict};
use crate::store::{Damage, Lacks, Reader, Record};

/// What a store holds.
pub struct KeptCourse {
    pub course: Course,
    facts: RunFacts,
    conclusion: Conclusion,
    /// Why the end may be missing.
    pub lacks: Option<Lacks>,
}

impl KeptCourse {
    /// # Errors
    /// When this is no store. Damage further on is in `lacks`: what stands before it counts.
    pub fn of_store(file: &[u8]) -> Result<Self, Damage> {
        let mut reader = Reader::new(file)?;
        let mut kept = Self {
            course: Course::default(),
            facts: RunFacts::from_json(&Map::new()),
            conclusion: Conclusion::default(),
            lacks: None,
        };
        let mut last = None;
        for record in reader.by_ref() {
            match record {
                Ok(Record::Facts(facts)) => kept.facts = RunFacts::from_json(&facts),
                Ok(Record::End(end)) => kept.conclusion = Conclusion::from_json(&end),
                Ok(Record::Tick(tick)) => {
                    if let Some(before) = last.replace(Arc::new(*tick)) {
                        kept.course.follow(&before);
                    }
                }
                // The reader keeps the damage, and it is the last thing that it yields.
                Err(_) => {}
            }
        }
        kept.follow_last(last);
        kept.lacks = reader.lacks();
        Ok(kept)
    }

    /// The last one counts however near it is to the one before.
    fn follow_last(&mut self, last: Option<Arc<Tick>>) {
        let Some(last) = last else { return };
        self.course.follow(&Arc::new(Tick {
            conclusion: Some(Arc::new(self.conclusion.clone())),
            ..Arc::unwrap_or_clone(last)
        }));
    }

    /// What a report of it holds, in the shapes of `/api/v1`.
    pub fn data(&self) -> Map<String, Value> {
        data(&self.parts())
    }

    /// The report as one file, compared with a baseline where there is one.
    pub fn report(&self, baseline: Option<Value>) -> String {
        report(&ReportParts {
            baseline: baseline.unwrap_or_default(),
            ..self.parts()
        })
    }

    /// With this verdict in the place of the run's own.
    pub fn judge(&mut self, verdict: Verdict) {
        self.conclusion.verdict = verdict;
    }

    fn parts(&self) -> ReportParts<'_> {
        ReportParts {
            seen: Seen {
                facts: &self.facts,
                is_distributed: !self.course.tick.run.workers.is_empty(),
                cores: None,
            },
            course: &self.course,
            verdict: &self.conclusion.verdict,
            arguments: b"null",
            theme: "",
            has_download_link: false,
            baseline: Value::Null,
        }
    }
}

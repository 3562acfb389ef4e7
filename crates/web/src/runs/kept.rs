//! A run from its result store, or from its summary, as the page and the report show runs.
use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::api::Seen;
use super::super::report::{ReportParts, data, page_of};
use super::super::timeline::Timeline;
use super::shares::shares;
use super::summarized::course_of_summary;
use rlocust_core::config::RunFacts;
use rlocust_core::model::{ClassCount, Conclusion, Tick, Verdict};
use rlocust_stats::compare::{Unreadable, load_summary};
use rlocust_stats::store::{Damage, Lacks, Reader, Record};

/// What a report of a summary says of what is not in it.
const OF_SUMMARY: &str = "Made of a summary, which has neither curves of single endpoints nor a heatmap, marks, tasks, \
    users by class and workers";

/// What a store holds, or a summary.
pub struct KeptTimeline {
    pub course: Timeline,
    facts: RunFacts,
    conclusion: Conclusion,
    /// Why the end may be missing.
    pub lacks: Option<Lacks>,
    /// Of a summary: the whole of its accounting, in the shapes of a report.
    accounting: Option<Value>,
    /// Users of each class when there were any for the last time.
    users: Vec<ClassCount>,
}

impl KeptTimeline {
    /// # Errors
    /// When this is no store. Damage further on is in `lacks`: what stands before it counts.
    pub fn of_store(file: &[u8]) -> Result<Self, Damage> {
        let mut reader = Reader::new(file)?;
        let mut kept = Self {
            course: Timeline::default(),
            facts: RunFacts::from_json(&Map::new()),
            conclusion: Conclusion::default(),
            lacks: None,
            accounting: None,
            users: Vec::new(),
        };
        let mut last = None;
        for record in reader.by_ref() {
            match record {
                Ok(Record::Facts(facts)) => {
                    kept.facts = RunFacts::from_json(&facts);
                    kept.course.is_of_master = kept.facts.script.is_master;
                }
                Ok(Record::End(end)) => kept.conclusion = Conclusion::from_json(&end),
                Ok(Record::Tick(tick)) => {
                    if tick.run.classes.iter().any(|class| class.running > 0) {
                        kept.users.clone_from(&tick.run.classes);
                    }
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

    /// # Errors
    /// When this is no summary, a later one, or a damaged one.
    pub fn of_summary(file: &[u8]) -> Result<Self, Unreadable> {
        let document: Value = serde_json::from_slice(file).map_err(|_| Unreadable::Foreign)?;
        let run = load_summary(&document)?; // as `rlocust compare` takes it, and whole
        let object = |key: &str| document[key].as_object().cloned().unwrap_or_default();
        Ok(Self {
            course: course_of_summary(&document, &run),
            facts: RunFacts::from_json(&object("facts")),
            conclusion: Conclusion::from_json(&object("conclusion")),
            lacks: None,
            accounting: Some(document["accounting"].clone()),
            users: Vec::new(),
        })
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
        self.completed(data(&self.parts()))
    }

    /// The report as one file, compared with a baseline where there is one.
    pub fn report(&self, baseline: Option<Value>) -> String {
        page_of(self.completed(data(&ReportParts {
            baseline: baseline.unwrap_or_default(),
            ..self.parts()
        })))
    }

    /// With what the script says of a run that lasts; of a summary with what its sums do not have, and without what would
    /// be empty.
    fn completed(&self, mut data: Map<String, Value>) -> Map<String, Value> {
        let Some(accounting) = &self.accounting else {
            let tasks = shares(&self.facts.script.tasks, &self.users);
            data.insert("tasks".to_owned(), tasks);
            return data;
        };
        let state = &mut data["state"];
        let lost = state["accounting"]["lost"].take();
        state["accounting"] = accounting.clone();
        if !lost.is_null() {
            state["accounting"]["lost"] = lost;
        }
        data["heatmap"] = Value::Null;
        if let Some(series) = data["series"].as_object_mut() {
            series.retain(|endpoint, _| endpoint == "-1");
        }
        data.insert("lacks".to_owned(), OF_SUMMARY.into());
        data
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

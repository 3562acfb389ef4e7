//! `GET state`: where the run stands, who makes it, on what.
use serde_json::{Value, json};

use super::super::answer::compact;
use super::super::site::{ScriptInfo, Site};
use super::super::timeline::Timeline;
use super::generator;
use crate::timeline::tenth;
use rlocust_core::clock;
use rlocust_core::config::RunFacts;
use rlocust_core::model::{Judgement, Lag, RunState, State, Tick, Verdict, Worker};
use rlocust_run::run::{HttpAnswer, HttpRequest};
use rlocust_stats::report::{losses, streams, summary};

pub fn state(site: &Site, _: &HttpRequest) -> HttpAnswer {
    let tick = site.tick();
    let verdict = site.verdict(&tick);
    let course = site.course.lock();
    let said = site.said.read();
    let mut state = state_of(&Seen::of(&said), &course, &tick, &verdict);
    state["now"] = json!(clock::unix_seconds());
    let run = site.state();
    state["generator"] = generator::generator(site, &course, &tick);
    fill_run(&mut state, &run);
    state["streams"] = streams::for_a_page(&tick.snapshot);
    state["can"]["history"] = json!(site.history.is_some());
    compact(&state)
}

/// Who makes a run, on what.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub facts: &'a RunFacts,
    pub is_distributed: bool,
}

impl<'a> Seen<'a> {
    /// A run of this process.
    pub fn of(said: &'a ScriptInfo) -> Self {
        Self {
            facts: &said.facts,
            is_distributed: said.is_master,
        }
    }
}

/// Of a run at this tick.
pub fn state_of(seen: &Seen<'_>, course: &Timeline, tick: &Tick, verdict: &Verdict) -> Value {
    let facts = seen.facts;
    let mut state = json!({
        "run": course.number,
        "now": tick.now,
        "run_time": facts.load.run_time.map(rlocust_core::model::Number::as_f64),
        "host": facts.script.host,
        "locustfile": facts.script.locustfile,
        "profile": facts.load.profile,
        "tags": facts.load.tags,
        "exclude_tags": facts.load.exclude_tags,
        "versions": {"rlocust": facts.place.rlocust, "locust": facts.place.locust, "python": facts.place.python},
        "machine": {
            "host": facts.place.machine,
            "cores": facts.place.cores,
            "platform": facts.place.platform,
        },
        "is_distributed": seen.is_distributed,
        "generator": generator::of(course, tick, 0.0),
        "verdicts": verdict.limits.iter().chain(&verdict.lags).map(judged).collect::<Vec<_>>(),
        "accounting": summary::accounting(&tick.snapshot),
        "rounded": tick.snapshot.total.is_rounded,
        "marks": course.marks.all(),
    });
    fill_run(&mut state, &tick.run);
    if !tick.run.losses.is_empty() {
        state["accounting"]["lost"] = json!(losses::lines(&tick.run.losses));
    }
    state
}

fn judged(judgement: &Judgement) -> Value {
    json!({
        "limit": judgement.limit,
        "requirement": judgement.requirement,
        "value": judgement.value,
        "text": judgement.with_limit(),
        "holds": !judgement.is_crossed,
    })
}

fn fill_run(state: &mut Value, run: &RunState) {
    let is_idle = !matches!(
        run.state,
        Some(State::Spawning | State::Running | State::Stopping)
    );
    state["state"] = json!(run.word());
    state["started_at"] = json!(run.started_at);
    state["stopped_at"] = json!(run.stopped_at);
    state["users"] = json!(run.user_count);
    state["target_users"] = json!(run.target_user_count);
    state["classes"] = classes(run);
    state["workers"] = json!(run.workers.iter().map(worker).collect::<Vec<_>>());
    state["can"] = json!({
        "start": is_idle && run.state.is_some(),
        "stop": matches!(run.state, Some(State::Spawning | State::Running)),
        "edit": matches!(run.state, Some(State::Spawning | State::Running)),
        "reset": run.state.is_some(),
        "history": false,
    });
}

pub fn classes(run: &RunState) -> Value {
    let rows = run.classes.iter();
    let rows = rows
        .map(|class| json!({"name": class.name, "running": class.running, "target": class.target}));
    rows.collect()
}

pub fn worker(worker: &Worker) -> Value {
    let lag = worker.lags.iter().map(|lag| lag.p99_us).max().unwrap_or(0);
    json!({
        "id": worker.id,
        "host": worker.host,
        "index": worker.index,
        "state": worker.state.map_or("", State::word),
        "users": worker.user_count,
        "rps": worker.rate.map(tenth),
        "cpu_percent": (worker.cpu_percent > 0.0).then(|| tenth(worker.cpu_percent)),
        "memory_bytes": (worker.memory_bytes > 0).then_some(worker.memory_bytes),
        "lag_p99_ms": worker.is_rlocust.then_some(lag as f64 / 1000.0),
        "lag": Lag::ALL.iter().map(|kind| (kind.name().to_owned(), json!(worker.lags[*kind as usize].p99_us as f64 / 1000.0)))
            .collect::<serde_json::Map<_, _>>(),
        "last_seen_s": tenth((clock::unix_seconds() - worker.last_seen).max(0.0)),
        "version": worker.version,
        "is_rlocust": worker.is_rlocust,
        "script_silence_s": tenth(worker.script_silence_s),
    })
}

//! `rlocust report FILE`: every output of a run again, from its result store.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::CommandOutput;
use crate::cli::subcommand::ReportArguments;
use crate::model::exit::{Ending, LIMIT_CROSSED, NOT_TRUSTWORTHY};
use crate::model::{Conclusion, DEFAULT_WINDOW, Snapshot, Tick};
use crate::output::{self, CsvFiles, CsvSettings, SummaryFile};
use crate::report::csv::History;
use crate::report::table::{self, Rates, Widths};
use crate::report::{self, Facts, json};
use crate::run::{Output, OutputError};
use crate::verdict::Watch;

/// Locust's columns, where the store does not name others.
const PERCENTILES: [f64; 11] = [
    0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0,
];

/// Makes what is asked for; the tables, if nothing is.
pub fn report(arguments: &ReportArguments) -> CommandOutput {
    match made(arguments) {
        Ok(told) => told,
        Err(line) => CommandOutput {
            errors: vec![line],
            exit_code: 1,
            ..CommandOutput::default()
        },
    }
}

fn made(arguments: &ReportArguments) -> Result<CommandOutput, String> {
    let path = &arguments.file;
    let unreadable = |cause: &dyn std::fmt::Display| format!("cannot read `{path}`: {cause}");
    let file = std::fs::read(path).map_err(|cause| unreadable(&cause))?;
    let facts = output::facts(&file).map_err(|damage| unreadable(&damage))?;
    let percentiles = percentiles_of(&facts);
    let mut outputs =
        outputs_for(arguments, &facts, &percentiles).map_err(|trouble| trouble.to_string())?;
    let (replayed, errors) =
        output::replay(&file, &mut outputs).map_err(|damage| unreadable(&damage))?;
    let is_cut_off = replayed.last.conclusion.is_none();
    let last = judged_anew(arguments, replayed.last);
    let mut told = CommandOutput {
        errors: errors.iter().map(OutputError::to_string).collect(),
        ..CommandOutput::default()
    };
    told.text = text_of(arguments, &last.snapshot, &percentiles);
    let end = Facts {
        exit_code: exit_code_of(&last).filter(|_| !is_cut_off),
        ..end_of(&last, &facts)
    };
    told.errors
        .extend(written_at_the_end(arguments, &last, &end));
    told.exit_code = u8::from(!told.errors.is_empty());
    if let Some(why) = replayed.lacks {
        told.errors
            .push(format!("`{path}` lacks the end of the run: {why}"));
        told.exit_code = u8::from(told.exit_code == 1 || why.contains("damaged"));
    }
    if has_limits(arguments) {
        tell_verdict(&mut told, &last);
        if is_cut_off && told.exit_code == 0 {
            told.exit_code = u8::try_from(NOT_TRUSTWORTHY).unwrap_or(1);
        }
    }
    Ok(told)
}

fn exit_code_of(last: &Tick) -> Option<i64> {
    last.conclusion.as_ref().map(|told| told.exit_code)
}

fn has_limits(arguments: &ReportArguments) -> bool {
    !arguments.fail_if.is_empty() || !arguments.max_lag.is_empty()
}

/// With limits of its own the report puts its verdict in the place of the run's.
fn judged_anew(arguments: &ReportArguments, mut last: Tick) -> Tick {
    if !has_limits(arguments) {
        return last;
    }
    let before = exit_code_of(&last);
    let was_by_failures = |code: &i64| !matches!(*code, LIMIT_CROSSED | NOT_TRUSTWORTHY);
    let watch = Watch::new(arguments.fail_if.clone(), arguments.max_lag.clone());
    let ending = Ending {
        verdict: watch.verdict(&last.of_test()),
        code_of_failures: before.filter(was_by_failures),
        ..Ending::default()
    };
    last.conclusion = Some(Arc::new(Conclusion {
        exit_code: ending.code(),
        verdict: ending.verdict,
    }));
    last
}

/// Limits decide on the exit code, as in a run; failed requests do not: the report itself went well.
fn tell_verdict(told: &mut CommandOutput, last: &Tick) {
    let verdict = last.conclusion.as_deref().map(|judged| &judged.verdict);
    let judgements = verdict
        .iter()
        .flat_map(|verdict| verdict.limits.iter().chain(&verdict.lags));
    let crossed = judgements.filter(|judgement| judgement.is_crossed);
    let lines = crossed.map(|judgement| format!("limit crossed: {}", judgement.with_limit()));
    told.errors.extend(lines);
    if let Some(verdict) = verdict
        && let code @ 1.. = (Ending {
            verdict: verdict.clone(),
            ..Ending::default()
        })
        .code()
    {
        told.exit_code = u8::try_from(code).unwrap_or(1);
    }
}

fn outputs_for(
    arguments: &ReportArguments,
    facts: &Map<String, Value>,
    percentiles: &[f64],
) -> Result<Vec<Box<dyn Output>>, OutputError> {
    let mut outputs: Vec<Box<dyn Output>> = Vec::new();
    if let Some(prefix) = &arguments.csv {
        let everything = History::Everything {
            window: DEFAULT_WINDOW,
        };
        outputs.push(Box::new(CsvFiles::create(CsvSettings {
            prefix: prefix.clone(),
            percentiles: percentiles.to_vec(),
            history: if arguments.has_full_history {
                everything
            } else {
                History::Aggregate
            },
            interval: Duration::from_secs(1),
            flush_interval: Duration::MAX, // only the last figures count
        })?));
    }
    if let Some(file) = &arguments.summary_json {
        outputs.push(Box::new(SummaryFile::create(
            PathBuf::from(file),
            facts.clone(),
        )?));
    }
    Ok(outputs)
}

fn text_of(arguments: &ReportArguments, snapshot: &Snapshot, percentiles: &[f64]) -> String {
    if arguments.has_json {
        return json::entries(snapshot) + "\n";
    }
    if arguments.names_a_file() {
        return String::new();
    }
    tables(snapshot, percentiles).join("\n") + "\n"
}

/// The tables that ended the run.
fn tables(snapshot: &Snapshot, percentiles: &[f64]) -> Vec<String> {
    let widths = Widths::default();
    let mut lines = table::requests(snapshot, Rates::Total, widths);
    lines.push(String::new());
    lines.extend(table::percentiles(snapshot, percentiles, widths));
    lines.push(String::new());
    if !snapshot.errors.is_empty() {
        let rows: Vec<(i64, String)> = snapshot
            .errors
            .iter()
            .map(|row| {
                (
                    row.occurrences,
                    format!("{} {}: {}", row.method, row.name, row.shown),
                )
            })
            .collect();
        lines.extend(table::errors(
            rows.iter().map(|(count, text)| (*count, text.as_str())),
            widths.name,
        ));
    }
    let accounting = table::accounting(&snapshot.accounting, &snapshot.lags);
    if !accounting.is_empty() {
        lines.extend(accounting);
        lines.push(String::new());
    }
    lines
}

/// Files that are made of the last figures alone; what could not be written.
fn written_at_the_end(arguments: &ReportArguments, last: &Tick, told: &Facts) -> Vec<String> {
    let json = arguments
        .json_file
        .as_ref()
        .map(|name| (format!("{name}.json"), Ok(json::entries(&last.snapshot))));
    let junit = arguments
        .junit
        .clone()
        .map(|name| (name, report::junit(&last.snapshot, told)));
    let markdown = arguments
        .markdown
        .clone()
        .map(|name| (name, Ok(report::markdown(&last.of_test(), told))));
    let files = [json, junit, markdown].into_iter().flatten();
    files
        .filter_map(|(name, text)| text.and_then(|text| write(Path::new(&name), &text)).err())
        .collect()
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|cause| {
            OutputError {
                what: path.to_owned(),
                cause,
            }
            .to_string()
        })
}

/// What reports tell beside the sums, as the run told it.
fn end_of(last: &Tick, facts: &Map<String, Value>) -> Facts {
    let text = |key: &str| {
        facts
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let conclusion = last.conclusion.as_deref();
    Facts {
        title: text("locustfile"),
        host_name: text("machine"),
        started_at: last
            .run
            .started_at
            .unwrap_or(last.snapshot.total.start_time),
        ended_at: last.now,
        exit_code: exit_code_of(last),
        code_of_failures: facts
            .get("exit_code_on_error")
            .and_then(Value::as_i64)
            .unwrap_or(1),
        verdict: conclusion
            .map(|told| told.verdict.clone())
            .unwrap_or_default(),
        settings: settings_of(facts),
    }
}

/// The settings that reports show, as Python prints them.
fn settings_of(facts: &Map<String, Value>) -> Vec<(String, String)> {
    let settings = facts.get("settings").and_then(Value::as_object);
    let of = |name: &str| {
        facts
            .get(name)
            .or_else(|| settings?.get(name))
            .filter(|value| !value.is_null())
    };
    let shown = [
        "rlocust",
        "host",
        "num_users",
        "spawn_rate",
        "run_time",
        "profile",
    ];
    let told = shown.into_iter().filter_map(|name| {
        let value = of(name)?;
        Some((
            name.to_owned(),
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        ))
    });
    told.collect()
}

fn percentiles_of(facts: &Map<String, Value>) -> Vec<f64> {
    let told = facts.get("percentiles").and_then(Value::as_array);
    let told: Option<Vec<f64>> = told.map(|list| list.iter().filter_map(Value::as_f64).collect());
    told.unwrap_or_else(|| PERCENTILES.to_vec())
}

//! `rlocust report FILE`: every output of a run again, from its result store; of a summary its HTML report.
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::CommandOutput;
use super::end_files::{write_json, write_reports};
use super::run::{limits, outputs};
use crate::cli::subcommand::ReportArguments;
use rlocust_core::config::{
    FileSettings, LimitSettings, RunFacts, RunSettings, StatisticsSettings,
};
use rlocust_core::model::exit::{Ending, LIMIT_CROSSED, NOT_TRUSTWORTHY};
use rlocust_core::model::{Conclusion, Tick};
use rlocust_run::output;
use rlocust_run::run::OutputError;
use rlocust_stats::compare::read_file;
use rlocust_stats::report::streams;
use rlocust_stats::report::table::{self, Rates, Widths};
use rlocust_stats::report::{End, Facts, json};
use rlocust_stats::store::{Damage, Lacks};
use rlocust_stats::verdict::Problem;
use rlocust_web::{Baseline, KeptTimeline};

/// Makes what is asked for; the tables, if nothing is.
pub fn report(arguments: &ReportArguments) -> CommandOutput {
    match made(arguments) {
        Ok(output) => output,
        Err(line) => CommandOutput {
            errors: vec![line],
            exit_code: 1,
            ..CommandOutput::default()
        },
    }
}

fn made(arguments: &ReportArguments) -> Result<CommandOutput, String> {
    let path = arguments.file.display();
    let unreadable = |cause: &dyn std::fmt::Display| format!("cannot read `{path}`: {cause}");
    let file = read_file(Path::new(&arguments.file)).map_err(|cause| unreadable(&cause))?;
    let stored = match output::facts(&file) {
        Err(Damage::Foreign) if file.starts_with(b"{") => return of_summary(arguments, &file),
        facts => facts.map_err(|damage| unreadable(&damage))?,
    };
    let facts = RunFacts::from_json(&stored);
    let settings = settings_of(arguments, &facts);
    let mut outputs = outputs(&settings, &stored).map_err(|error| error.to_string())?;
    let (replayed, errors) =
        output::replay(&file, &mut outputs).map_err(|damage| unreadable(&damage))?;
    let is_cut_off = replayed.last.conclusion.is_none();
    let last = judged_anew(&settings.limits, replayed.last).map_err(|line| line.to_string())?;
    let mut made = CommandOutput {
        text: text_of(arguments, &last, &facts.percentiles),
        errors: errors.iter().map(OutputError::to_string).collect(),
        ..CommandOutput::default()
    };
    let end = Facts {
        exit_code: exit_code_of(&last).filter(|_| !is_cut_off),
        ..end_of(&last, &facts)
    };
    made.errors
        .extend(written_at_the_end(&settings.files, &last, &end));
    made.errors
        .extend(write_html(arguments, &file, &last).map_err(|damage| unreadable(&damage))?);
    made.exit_code = u8::from(!made.errors.is_empty());
    if let Some(why) = replayed.lacks {
        made.errors
            .push(format!("`{path}` lacks the end of the run: {why}"));
        made.exit_code = u8::from(made.exit_code == 1 || matches!(why, Lacks::Damaged(_)));
    }
    if settings.limits.is_judged() {
        add_verdict(&mut made, &last);
        if is_cut_off && made.exit_code == 0 {
            made.exit_code = u8::try_from(NOT_TRUSTWORTHY).unwrap_or(1);
        }
    }
    Ok(made)
}

/// A summary has what a report shows, and not what other outputs need.
fn of_summary(arguments: &ReportArguments, file: &[u8]) -> Result<CommandOutput, String> {
    let path = arguments.file.display();
    let kept = KeptTimeline::of_summary(file);
    let kept = kept.map_err(|cause| format!("cannot read `{path}`: {cause}"))?;
    let page = ReportArguments {
        file: arguments.file.clone(),
        html: arguments.html.clone(),
        html_baseline: arguments.html_baseline.clone(),
        ..ReportArguments::default()
    };
    if page.html.is_none() || page != *arguments {
        return Err(format!(
            "`{path}` is a summary: only `--html FILE` is made of it; everything else takes what `--store` wrote"
        ));
    }
    let errors: Vec<String> = write_page(arguments, &kept).into_iter().collect();
    Ok(CommandOutput {
        exit_code: u8::from(!errors.is_empty()),
        errors,
        ..CommandOutput::default()
    })
}

/// A run with these settings would have made what is asked for.
fn settings_of(arguments: &ReportArguments, facts: &RunFacts) -> RunSettings {
    let arguments = arguments.clone();
    RunSettings {
        files: FileSettings {
            csv: arguments.csv,
            has_full_history: arguments.has_full_history,
            json: arguments.json_file,
            summary: arguments.summary_json,
            junit: arguments.junit,
            markdown: arguments.markdown,
            ..FileSettings::default()
        },
        limits: LimitSettings {
            fail_if: arguments.fail_if,
            max_lag: arguments.max_lag,
            code_of_failures: facts.code_of_failures,
            is_strict: false, // of a live run
        },
        statistics: StatisticsSettings {
            percentiles: facts.percentiles.clone(),
            csv_flush_interval: Duration::MAX, // only the last figures count
            ..StatisticsSettings::default()
        },
        ..RunSettings::default()
    }
}

fn exit_code_of(last: &Tick) -> Option<i64> {
    last.conclusion
        .as_ref()
        .map(|conclusion| conclusion.exit_code)
}

/// With limits of its own the report puts its verdict in the place of the run's.
fn judged_anew(settings: &LimitSettings, mut last: Tick) -> Result<Tick, Problem> {
    if !settings.is_judged() {
        return Ok(last);
    }
    let before = exit_code_of(&last);
    let was_by_failures = |code: &i64| !matches!(*code, LIMIT_CROSSED | NOT_TRUSTWORTHY);
    let ending = Ending {
        verdict: limits(settings)?.verdict(&last),
        code_of_failures: before.filter(was_by_failures),
        ..Ending::default()
    };
    last.conclusion = Some(Arc::new(Conclusion {
        exit_code: ending.code(),
        verdict: ending.verdict,
    }));
    Ok(last)
}

/// Limits decide on the exit code, as in a run; failed requests do not: the report itself went well.
fn add_verdict(made: &mut CommandOutput, last: &Tick) {
    let verdict = last.conclusion.as_deref().map(|judged| &judged.verdict);
    let judgements = verdict
        .iter()
        .flat_map(|verdict| verdict.limits.iter().chain(&verdict.lags));
    let crossed = judgements.filter(|judgement| judgement.is_crossed);
    let lines = crossed.map(|judgement| format!("limit crossed: {}", judgement.with_limit()));
    made.errors.extend(lines);
    if let Some(verdict) = verdict
        && let code @ 1.. = (Ending {
            verdict: verdict.clone(),
            ..Ending::default()
        })
        .code()
    {
        made.exit_code = u8::try_from(code).unwrap_or(1);
    }
}

fn text_of(arguments: &ReportArguments, last: &Tick, percentiles: &[f64]) -> String {
    if arguments.has_json {
        return json::entries(&last.snapshot) + "\n";
    }
    if arguments.names_a_file() {
        return String::new();
    }
    tables(last, percentiles).join("\n") + "\n"
}

/// The tables that ended the run.
fn tables(last: &Tick, percentiles: &[f64]) -> Vec<String> {
    let snapshot = &last.snapshot;
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
    let ours = [
        streams::table(snapshot, widths),
        table::accounting(last, &[]),
    ];
    for part in ours.into_iter().filter(|part| !part.is_empty()) {
        lines.extend(part);
        lines.push(String::new());
    }
    lines
}

/// Files that are made of the last figures alone; what could not be written.
fn written_at_the_end(files: &FileSettings, last: &Tick, facts: &Facts) -> Vec<String> {
    let json = write_json(files, &last.snapshot).into_iter();
    let reports = write_reports(files, &last.of_test(), facts);
    json.chain(reports).map(|error| error.to_string()).collect()
}

/// The report as a page, with the verdict that counts now; what could not be written.
fn write_html(
    arguments: &ReportArguments,
    file: &[u8],
    last: &Tick,
) -> Result<Option<String>, Damage> {
    if arguments.html.is_none() {
        return Ok(None);
    }
    let mut kept = KeptTimeline::of_store(file)?;
    if let Some(conclusion) = &last.conclusion {
        kept.judge(conclusion.verdict.clone());
    }
    Ok(write_page(arguments, &kept))
}

/// Beside its baseline; what could not be read or written.
fn write_page(arguments: &ReportArguments, kept: &KeptTimeline) -> Option<String> {
    let path = Path::new(arguments.html.as_ref()?);
    let baseline = arguments.html_baseline.as_ref().map(Path::new);
    let baseline = match baseline.map(Baseline::read).transpose() {
        Ok(baseline) => baseline.map(Baseline::into_json),
        Err(line) => return Some(line),
    };
    let written = output::write_file(path, kept.report(baseline).as_bytes());
    written.err().map(|error| error.to_string())
}

/// How the run ended, as it reported it itself.
fn end_of(last: &Tick, facts: &RunFacts) -> Facts {
    let conclusion = last.conclusion.as_deref();
    let end = End {
        started_at: last
            .run
            .started_at
            .unwrap_or(last.snapshot.total.start_time),
        ended_at: last.now,
        exit_code: exit_code_of(last),
        losses: last.run.losses.clone(),
        verdict: conclusion
            .map(|conclusion| conclusion.verdict.clone())
            .unwrap_or_default(),
    };
    Facts::new(facts, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::ffi::OsString;

    use rlocust_core::model::{EntryRow, ErrorRow};
    use rlocust_stats::store::Writer;
    use serde_json::Map;

    /// A store of a run, removed with it.
    struct Stored(std::path::PathBuf);

    impl Drop for Stored {
        fn drop(&mut self) {
            std::fs::remove_file(&self.0).ok(); // a test's leftovers harm nobody
        }
    }

    fn tick() -> Tick {
        let mut tick = Tick::default();
        tick.snapshot.total = Arc::new(EntryRow {
            name: "Aggregated".into(),
            num_requests: 4,
            num_failures: 2,
            ..EntryRow::default()
        });
        tick
    }

    fn stored(name: &str, file: &[u8]) -> Stored {
        let name = format!("rlocust-report-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, file).expect("there is space");
        Stored(path)
    }

    /// What was written up to the end of the last tick.
    fn cut_off(ticks: &[Tick]) -> Vec<u8> {
        let mut writer = Writer::default();
        let mut file = writer.head(&Map::new());
        for tick in ticks {
            file.extend(writer.tick(tick));
        }
        file
    }

    fn whole(ticks: &[Tick], exit_code: i64) -> Vec<u8> {
        let conclusion = Conclusion {
            exit_code,
            ..Conclusion::default()
        };
        [cut_off(ticks), Writer::default().end(&conclusion.to_json())].concat()
    }

    fn of(stored: &Stored) -> ReportArguments {
        ReportArguments {
            file: stored.0.clone().into_os_string(),
            ..ReportArguments::default()
        }
    }

    fn limited(stored: &Stored, fail_if: &str) -> CommandOutput {
        report(&ReportArguments {
            fail_if: vec![fail_if.to_owned()],
            ..of(stored)
        })
    }

    #[test]
    fn the_exit_code_is_that_of_the_limits_and_not_of_the_run() {
        let stored = stored("whole", &whole(&[tick()], 1));
        let plain = report(&of(&stored));
        assert_eq!((plain.exit_code, plain.errors), (0, vec![]));
        assert!(plain.text.contains("Aggregated"), "{}", plain.text);
        let held = limited(&stored, "fail_ratio>0.5");
        assert_eq!((held.exit_code, held.errors), (0, vec![]));
        let crossed = limited(&stored, "fail_ratio>=0.5");
        assert_eq!((crossed.exit_code, crossed.errors.len()), (3, 1));
        assert!(
            crossed.errors[0].starts_with("limit crossed: "),
            "{:?}",
            crossed.errors
        );
    }

    #[test]
    fn a_run_that_was_cut_off_passes_no_limit() {
        let stored = stored("cut", &cut_off(&[tick()]));
        let plain = report(&of(&stored));
        assert_eq!(plain.exit_code, 0);
        assert!(plain.errors[0].ends_with("it has no end: the run was cut off"));
        assert_eq!(limited(&stored, "fail_ratio>0.5").exit_code, 4);
        assert_eq!(limited(&stored, "fail_ratio>=0.5").exit_code, 3);
    }

    #[test]
    fn damage_is_a_fault_of_the_report() {
        let mut file = whole(&[tick(), tick()], 0);
        let first = cut_off(&[]).len();
        file[first + 20] ^= 1;
        let damaged = stored("damaged", &file);
        assert_eq!(report(&of(&damaged)).exit_code, 1);
        assert_eq!(limited(&damaged, "requests<0").exit_code, 1);
        let foreign = stored("foreign", b"no store");
        let missing = Stored("/no/such/store".into());
        for stored in [&foreign, &missing] {
            let refused = report(&of(stored));
            assert_eq!(refused.exit_code, 1);
            assert!(
                refused.errors[0].starts_with("cannot read `"),
                "{:?}",
                refused.errors
            );
        }
    }

    #[test]
    fn text_is_what_is_asked_for() {
        let mut tick = tick();
        let without_errors = stored("fine", &whole(std::slice::from_ref(&tick), 0));
        tick.snapshot.errors.push(Arc::new(ErrorRow {
            method: "GET".into(),
            name: "/x".into(),
            shown: "Timeout()".into(),
            occurrences: 2,
            ..ErrorRow::default()
        }));
        let stored = stored("failed", &whole(&[tick], 0));
        assert!(report(&of(&stored)).text.contains("GET /x: Timeout()"));
        assert!(!report(&of(&without_errors)).text.contains("Error report"));
        let json = report(&ReportArguments {
            has_json: true,
            ..of(&stored)
        });
        assert!(
            json.text.starts_with('[') && json.text.ends_with("]\n"),
            "{}",
            json.text
        );
        let named = report(&ReportArguments {
            junit: Some(OsString::from("/dev/null")),
            ..of(&stored)
        });
        assert_eq!((named.text.as_str(), named.exit_code), ("", 0));
        let unwritable = report(&ReportArguments {
            junit: Some(OsString::from("/dev/full")),
            ..of(&stored)
        });
        assert_eq!((unwritable.errors.len(), unwritable.exit_code), (1, 1));
    }
}

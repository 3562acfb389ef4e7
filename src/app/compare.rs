//! `rlocust compare A B`: what changed from one run to another, as a table, in Markdown or as JSON; the exit code
//! says whether it is a regression.
use std::ffi::OsStr;
use std::panic::resume_unwind;
use std::path::Path;

use super::CommandOutput;
use crate::cli::subcommand::{CompareArguments, Format};
use rlocust_core::model::exit::{LIMIT_CROSSED, NOT_TRUSTWORTHY};
use rlocust_stats::compare::{self, Breach, Comparison, Regression, Run};

/// Reads both files and compares them.
pub fn compare(arguments: &CompareArguments) -> CommandOutput {
    let both = std::thread::scope(|scope| {
        let first = scope.spawn(|| load(&arguments.first));
        let second = load(&arguments.second);
        (
            first.join().unwrap_or_else(|panic| resume_unwind(panic)),
            second,
        )
    });
    match both {
        (Ok(first), Ok(second)) => {
            let mut output = output(arguments, &compare::compare(&first, &second));
            let notes = [&first, &second].into_iter().filter_map(note);
            output.errors.splice(0..0, notes);
            output
        }
        (first, second) => CommandOutput {
            errors: [first.err(), second.err()].into_iter().flatten().collect(),
            exit_code: 1,
            ..CommandOutput::default()
        },
    }
}

fn load(file: &OsStr) -> Result<Run, String> {
    let path = file.to_string_lossy();
    let unreadable = |cause: &dyn std::fmt::Display| format!("cannot read `{path}`: {cause}");
    let file = compare::read_file(Path::new(file)).map_err(|cause| unreadable(&cause))?;
    compare::load(&path, &file).map_err(|cause| unreadable(&cause))
}

/// What was cut off is compared as far as it goes.
fn note(run: &Run) -> Option<String> {
    let why = run.lacks.as_ref()?;
    Some(format!("`{}` lacks the end of the run: {why}", run.label))
}

fn output(arguments: &CompareArguments, comparison: &Comparison) -> CommandOutput {
    let regression = comparison.judged_by(&arguments.max_regression);
    let text = match arguments.format {
        Format::Table => compare::table(comparison),
        Format::Markdown => compare::markdown(comparison),
        Format::Json => format!("{:#}\n", compare::json(comparison, &regression)),
    };
    let (errors, exit_code) = match regression {
        Regression::NotAsked => (Vec::new(), 0),
        Regression::NotJudged => (vec![TOO_LITTLE.to_owned()], NOT_TRUSTWORTHY),
        Regression::Judged(breaches) if breaches.is_empty() => (Vec::new(), 0),
        Regression::Judged(breaches) => (breaches.iter().map(line).collect(), LIMIT_CROSSED),
    };
    CommandOutput {
        text,
        errors,
        exit_code: u8::try_from(exit_code).unwrap_or(1),
    }
}

const TOO_LITTLE: &str = "too little data to judge a regression: runs must last at least ten seconds and be kept with --store";

fn line(breach: &Breach) -> String {
    match breach {
        Breach::Worse(line) => line.clone(),
        Breach::Gone(entry) => format!("{entry} is not in the second run"),
    }
}

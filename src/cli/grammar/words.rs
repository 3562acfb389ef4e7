//! What each argument looks like before anything is consumed: an option, spelt out, abbreviated or with its value glued
//! on; a plain word; or something unknown.

use super::error::Error;
use crate::cli::option::Opt;

/// What an argument looks like before anything is consumed.
#[derive(Debug, Clone, PartialEq)]
pub enum Word<'a> {
    Plain,
    /// The first `--`; everything after it is plain.
    End,
    Option {
        option: &'a Opt,
        flag: &'a str,
        glued: Option<&'a str>,
    },
    Unknown,
}

pub fn classify<'a>(table: &'a [Opt], arguments: &'a [String]) -> Result<Vec<Word<'a>>, Error> {
    let mut ended = false;
    let mut words = Vec::with_capacity(arguments.len());
    for argument in arguments {
        if ended {
            words.push(Word::Plain);
        } else if argument == "--" {
            ended = true;
            words.push(Word::End);
        } else {
            words.push(classify_one(table, argument)?);
        }
    }
    Ok(words)
}

fn classify_one<'a>(table: &'a [Opt], argument: &'a str) -> Result<Word<'a>, Error> {
    if !argument.starts_with('-') {
        return Ok(Word::Plain);
    }
    if let Some((option, flag)) = exact(table, argument) {
        return Ok(Word::Option {
            option,
            flag,
            glued: None,
        });
    }
    if argument.len() == 1 {
        return Ok(Word::Plain);
    }
    if let Some((before, after)) = argument.split_once('=')
        && let Some((option, flag)) = exact(table, before)
    {
        return Ok(Word::Option {
            option,
            flag,
            glued: Some(after),
        });
    }
    let mut readings = readings(table, argument);
    if readings.len() > 1 {
        let candidates = readings.iter().map(|(_, flag, _)| *flag).collect();
        return Err(Error::Ambiguous {
            given: argument.to_owned(),
            candidates,
        });
    }
    if let Some((option, flag, glued)) = readings.pop() {
        return Ok(Word::Option {
            option,
            flag,
            glued,
        });
    }
    let is_plain = is_negative_number(argument) || argument.contains(' ');
    Ok(if is_plain { Word::Plain } else { Word::Unknown })
}

pub fn exact<'a>(table: &'a [Opt], flag: &str) -> Option<(&'a Opt, &'static str)> {
    table.iter().find_map(|option| {
        option
            .flags
            .iter()
            .find(|known| **known == flag)
            .map(|known| (option, *known))
    })
}

type Reading<'a> = (&'a Opt, &'static str, Option<&'a str>);

/// Abbreviated long options, and short options with something glued on. An option of ours is meant only where none of
/// Locust's is, and only if it is the one: what was unique or unknown under Locust stays so.
fn readings<'a>(table: &'a [Opt], argument: &'a str) -> Vec<Reading<'a>> {
    let (own, locusts): (Vec<_>, Vec<_>) = all_readings(table, argument)
        .into_iter()
        .partition(|(option, _, _)| option.is_own());
    if locusts.is_empty() && own.len() == 1 {
        own
    } else {
        locusts
    }
}

fn all_readings<'a>(table: &'a [Opt], argument: &'a str) -> Vec<Reading<'a>> {
    let flags = table
        .iter()
        .flat_map(|option| option.flags.iter().map(move |flag| (option, *flag)));
    if argument.starts_with("--") {
        let (prefix, glued) = argument
            .split_once('=')
            .map_or((argument, None), |(a, b)| (a, Some(b)));
        return flags
            .filter(|(_, flag)| flag.starts_with(prefix))
            .map(|(o, flag)| (o, flag, glued))
            .collect();
    }
    let cut = argument
        .char_indices()
        .nth(2)
        .map_or(argument.len(), |(index, _)| index);
    let (short, glued) = argument.split_at(cut);
    flags
        .filter_map(|(option, flag)| {
            if flag == short {
                return Some((option, flag, Some(glued)));
            }
            flag.starts_with(argument).then_some((option, flag, None))
        })
        .collect()
}

/// `-5`, `-.5`, `-5.25`: words, as no option looks like a number.
fn is_negative_number(argument: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(number) = argument.strip_prefix('-') else {
        return false;
    };
    match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && !fraction.is_empty() && digits(fraction),
        None => !number.is_empty() && digits(number),
    }
}

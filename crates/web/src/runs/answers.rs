//! `runs`: those that `--history` keeps, the newest first; one of them as a report shows it, its note, its store.
use std::fs::File;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::answer::{answer, compact, failure, number, text, with};
use super::super::site::Site;
use super::kept::KeptTimeline;
use rlocust_run::run::{HttpAnswer, HttpRequest};
use rlocust_stats::history::{Folder, KeptRun, Notes, Refusal};
use rlocust_stats::store::Damage;

/// Runs of one list, unless it is asked for fewer.
const MOST_RUNS: usize = 1_000;
/// Of what people note, in characters.
pub const LONGEST_NOTE: usize = 2_000;
pub const LONGEST_LABEL: usize = 100;
pub const MOST_LABELS: usize = 20;

pub fn runs(site: &Site, request: &HttpRequest) -> HttpAnswer {
    let most = match number::<usize>(request, "limit") {
        Ok(most) => most.unwrap_or(MOST_RUNS).min(MOST_RUNS),
        Err(refusal) => return refusal,
    };
    answered(|| {
        let runs = history(site)?.runs(most).map_err(Refusal::from);
        let runs = runs.map_err(|why| refused(&why))?;
        Ok(compact(&runs.iter().map(row).collect()))
    })
}

pub fn run(site: &Site, request: &HttpRequest) -> HttpAnswer {
    answered(|| {
        let (history, id) = (history(site)?, id_of(request));
        let kept = history.run(id).map_err(|why| refused(&why))?;
        let mut detail = course_of(history, id)?.data();
        detail.insert("run".to_owned(), row(&kept));
        Ok(compact(&Value::Object(detail)))
    })
}

pub fn report_of_run(site: &Site, request: &HttpRequest) -> HttpAnswer {
    answered(|| {
        let report = course_of(history(site)?, id_of(request))?.report(None);
        Ok(text(200, &report))
    })
}

pub fn note_run(site: &Site, request: &HttpRequest) -> HttpAnswer {
    answered(|| {
        let (history, id) = (history(site)?, id_of(request));
        let changes = Changes::of(&request.body).map_err(|why| failure(400, &why))?;
        let noted = history.note(id, |notes| changes.make(notes));
        noted.map_err(|why| refused(&why))?;
        let kept = history.run(id).map_err(|why| refused(&why))?;
        Ok(compact(&row(&kept)))
    })
}

pub fn delete_run(site: &Site, request: &HttpRequest) -> HttpAnswer {
    answered(|| {
        let deleted = history(site)?.delete(id_of(request));
        deleted.map_err(|why| refused(&why))?;
        Ok(compact(&json!({"success": true, "message": "Deleted"})))
    })
}

/// The store to hand out: the head of the answer, the file, its length.
pub fn store_of_run(
    site: &Site,
    request: &HttpRequest,
) -> Result<(HttpAnswer, File, u64), HttpAnswer> {
    let id = id_of(request);
    let (file, bytes) = history(site)?.file(id).map_err(|why| refused(&why))?;
    let name = format!("attachment;filename={id}.store");
    let head = with(
        answer(200, "application/octet-stream", ""),
        "content-disposition",
        name,
    );
    Ok((head, file, bytes))
}

pub fn answered(work: impl FnOnce() -> Result<HttpAnswer, HttpAnswer>) -> HttpAnswer {
    work().unwrap_or_else(|refusal| refusal)
}

pub fn history(site: &Site) -> Result<&Arc<Folder>, HttpAnswer> {
    let why = "This server keeps no earlier runs: start it with `--history FOLDER`";
    site.history.as_ref().ok_or_else(|| failure(404, why))
}

pub fn refused(why: &Refusal) -> HttpAnswer {
    let status = match why {
        Refusal::Unknown(_) => 404,
        Refusal::GoesOn(_) | Refusal::TooLarge { .. } => 409,
        Refusal::System(_) => 500,
    };
    failure(status, &why.to_string())
}

/// What is no store is a conflict with what was asked.
pub fn damaged(id: &str, why: &dyn std::fmt::Display) -> HttpAnswer {
    failure(409, &format!("The store of `{id}` cannot be read: {why}"))
}

fn course_of(history: &Folder, id: &str) -> Result<KeptTimeline, HttpAnswer> {
    let read = history.read(id, KeptTimeline::of_store);
    let read: Result<_, Damage> = read.map_err(|why| refused(&why))?;
    read.map_err(|damage| damaged(id, &damage))
}

/// The word behind `runs/`.
fn id_of(request: &HttpRequest) -> &str {
    let below = request.path.split("/runs/").nth(1).unwrap_or_default();
    below.split('/').next().unwrap_or_default()
}

fn row(run: &KeptRun) -> Value {
    let mut row = json!(run.figures);
    if row.is_null() {
        row = json!({});
    }
    row["id"] = json!(run.id);
    row["state"] = json!(run.state.word());
    row["lacks"] = json!(run.lacks);
    row["note"] = json!(run.notes.note);
    row["labels"] = json!(run.notes.labels);
    row["has_store"] = json!(true);
    row
}

/// What somebody wants noted; what he does not name stays.
struct Changes {
    note: Option<String>,
    labels: Option<Vec<String>>,
}

impl Changes {
    fn of(body: &[u8]) -> Result<Self, String> {
        let wanted = "a JSON object with `note`, a text, or `labels`, a list of texts";
        let Ok(Value::Object(given)) = serde_json::from_slice(body) else {
            return Err(format!("The body is no object: give {wanted}"));
        };
        let (mut note, mut labels) = (None, None);
        for (key, value) in &given {
            match key.as_str() {
                "note" => note = Some(short(key, value, LONGEST_NOTE)?),
                "labels" => labels = Some(labels_of(value)?),
                _ => return Err(format!("`{key}` cannot be changed: give {wanted}")),
            }
        }
        Ok(Self { note, labels })
    }

    fn make(self, notes: &mut Notes) {
        if let Some(note) = self.note {
            notes.note = note;
        }
        if let Some(labels) = self.labels {
            notes.labels = labels;
        }
    }
}

fn labels_of(value: &Value) -> Result<Vec<String>, String> {
    let list = value.as_array().filter(|list| list.len() <= MOST_LABELS);
    let list = list.ok_or_else(|| format!("`labels` is no list of {MOST_LABELS} texts at most"))?;
    list.iter()
        .map(|label| short("labels", label, LONGEST_LABEL))
        .collect()
}

fn short(name: &str, value: &Value, most: usize) -> Result<String, String> {
    let text = value.as_str().filter(|text| text.chars().count() <= most);
    let text = text.map(str::to_owned);
    text.ok_or_else(|| format!("`{name}` is `{value}`: give texts of {most} characters at most"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_notes_and_labels_of_some_length_are_changed() {
        let mut notes = Notes {
            note: "kept".to_owned(),
            labels: Vec::new(),
        };
        let changes = Changes::of(br#"{"labels": ["a", "b"]}"#).expect("labels");
        changes.make(&mut notes);
        assert_eq!((notes.note.as_str(), notes.labels.len()), ("kept", 2));
        Changes::of(br#"{"note": ""}"#)
            .expect("a note")
            .make(&mut notes);
        assert_eq!((notes.note.as_str(), notes.labels.len()), ("", 2));
        let long = format!("{{\"note\": \"{}\"}}", "x".repeat(LONGEST_NOTE + 1));
        for wrong in [
            "[]",
            "{",
            "{\"id\": 1}",
            "{\"note\": 1}",
            "{\"labels\": \"a\"}",
            &long,
        ] {
            assert!(Changes::of(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}

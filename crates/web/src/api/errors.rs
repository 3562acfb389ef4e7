//! `GET errors`: failures and exceptions in one list, each with its share.
use serde_json::{Value, json};

use super::super::answer::{compact, failure};
use super::super::site::Site;
use rlocust_core::model::{RunState, Snapshot};
use rlocust_run::run::{HttpAnswer, HttpRequest};

pub fn errors(site: &Site, _: &HttpRequest) -> HttpAnswer {
    let mut errors = errors_of(&site.tick().snapshot, &site.state());
    for error in errors.iter_mut().filter_map(Value::as_object_mut) {
        error.remove("traceback");
    }
    compact(&Value::Array(errors))
}

pub fn error(site: &Site, request: &HttpRequest) -> HttpAnswer {
    let id = request.path.rsplit('/').next().unwrap_or_default();
    let errors = errors_of(&site.tick().snapshot, &site.state());
    let found = errors.into_iter().find(|error| error["id"] == *id);
    found.map_or_else(
        || failure(404, &format!("There is no error `{id}`")),
        |error| compact(&error),
    )
}

/// The share of a failure is that of all requests; exceptions are no requests.
pub fn errors_of(snapshot: &Snapshot, run: &RunState) -> Vec<Value> {
    let requests = snapshot.total.num_requests.max(1) as f64;
    let failures = snapshot.errors.iter().map(|row| {
        json!({
            "id": format!("f-{}", &*row.key),
            "kind": "failure",
            "method": &*row.method,
            "name": &*row.name,
            "text": &*row.text,
            "count": row.occurrences,
            "share": row.occurrences as f64 / requests,
            "first_seen": row.first_seen,
            "last_seen": row.last_seen,
            "nodes": null,
        })
    });
    let exceptions = run.exceptions.iter().enumerate().map(|(at, row)| {
        json!({
            "id": format!("e-{at}"),
            "kind": "exception",
            "method": null,
            "name": null,
            "text": row.text(),
            "count": row.count,
            "share": null,
            "first_seen": row.seen.map(|(first, _)| first),
            "last_seen": row.seen.map(|(_, last)| last),
            "nodes": row.nodes,
            "traceback": row.traceback,
        })
    });
    failures.chain(exceptions).collect()
}

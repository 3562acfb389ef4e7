//! Locust's routes that need no script (docs/contract/web.md §1): JSON and downloads, of the sums of this moment.
use serde_json::{Value, json};

use super::answer::{JSON, answer, text, with};
use super::site::Site;
use rlocust_run::run::{HttpAnswer, HttpRequest};
use rlocust_stats::report::locust_web::{self, pretty};
use rlocust_stats::report::{RequestsSheet, csv};

pub fn requests(site: &Site, _: &HttpRequest) -> HttpAnswer {
    let mut tick = (*site.tick()).clone();
    tick.run = site.state();
    let said = site.said.read();
    let workers = said.is_master.then_some(&tick.run.workers[..]);
    answer(
        200,
        JSON,
        locust_web::requests(&tick, &said.percentiles, workers),
    )
}

pub fn exceptions(site: &Site, _: &HttpRequest) -> HttpAnswer {
    answer(200, JSON, locust_web::exceptions(&site.state()))
}

pub fn logs(site: &Site, _: &HttpRequest) -> HttpAnswer {
    let logs = site.logs.lock();
    let own: Vec<&str> = logs.since(0).map(|line| line.text.as_str()).collect();
    answer(
        200,
        JSON,
        pretty(&json!({"master": own, "workers": logs.workers()})),
    )
}

pub fn worker_count(site: &Site, _: &HttpRequest) -> HttpAnswer {
    let is_master = site.said.read().is_master;
    let count = if is_master {
        locust_web::worker_count(&site.state().workers)
    } else {
        0
    };
    answer(200, JSON, pretty(&json!({"worker_count": count})))
}

pub fn requests_csv(site: &Site, _: &HttpRequest) -> HttpAnswer {
    let percentiles = site.said.read().facts.percentiles.clone();
    let sheet = RequestsSheet::new(&percentiles).render(&site.tick().snapshot);
    download(site, sheet, "requests")
}

pub fn failures_csv(site: &Site, _: &HttpRequest) -> HttpAnswer {
    download(site, csv::failures(&site.tick().snapshot), "failures")
}

pub fn exceptions_csv(site: &Site, _: &HttpRequest) -> HttpAnswer {
    download(site, csv::exceptions(&site.state()), "exceptions")
}

pub fn full_history_csv(site: &Site, _: &HttpRequest) -> HttpAnswer {
    let path = site.said.read().full_history.clone();
    match path.map(std::fs::read) {
        Some(Ok(bytes)) => download(site, bytes, "requests_full_history"),
        Some(Err(error)) => text(
            404,
            &format!("Error: the history file cannot be read: {error}"),
        ),
        None => text(
            404,
            "Error: Server was not started with option to generate full history.",
        ),
    }
}

fn download(site: &Site, bytes: Vec<u8>, kind: &str) -> HttpAnswer {
    let name = download_name(site, &format!("_{kind}.csv"));
    let sheet = answer(200, "text/csv", bytes);
    with(
        sheet,
        "content-disposition",
        format!("attachment;filename={name}"),
    )
}

/// `Locust_2026-11-21-05h03_locustfile.py_http://host` and this end.
pub fn download_name(site: &Site, end: &str) -> String {
    let said = site.said.read();
    let start = site.tick().snapshot.total.start_time + said.utc_offset as f64;
    let stamp = rlocust_stats::report::utc(start.floor());
    let stamp = stamp
        .get(..16)
        .unwrap_or(&stamp)
        .replace('T', "-")
        .replace(':', "h");
    let host = said
        .facts
        .script
        .host
        .as_ref()
        .map_or_else(String::new, |host| format!("_{host}"));
    let file = said.facts.script.locustfile.as_deref().unwrap_or("None");
    let name = format!("Locust_{stamp}_{file}{host}{end}");
    name.chars()
        .map(|letter| if letter.is_control() { '_' } else { letter })
        .collect()
}

pub fn healthz(site: &Site, _: &HttpRequest) -> HttpAnswer {
    let silence = site.run.silence().as_secs_f64();
    let health: Value =
        json!({"status": "ok", "state": site.state().word(), "script_silent_s": silence});
    super::answer::compact(&health)
}

pub fn metrics(site: &Site, _: &HttpRequest) -> HttpAnswer {
    use rlocust_stats::report::prometheus;
    answer(
        200,
        prometheus::CONTENT_TYPE,
        prometheus::page(&site.tick()),
    )
}

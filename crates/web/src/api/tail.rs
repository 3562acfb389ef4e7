//! `GET logs`: the last lines of a node, or those since the last look.
use serde_json::json;

use super::super::answer::{compact, failure, number, parameter};
use super::super::site::Site;
use rlocust_run::run::{HttpAnswer, HttpRequest};

/// Our own lines, whatever we are.
const OWN: &str = "local";

pub fn logs(site: &Site, request: &HttpRequest) -> HttpAnswer {
    let logs = site.logs.lock();
    let after = match number::<u64>(request, "after") {
        Ok(after) => after.unwrap_or(0),
        Err(refusal) => return refusal,
    };
    let nodes: Vec<&str> = std::iter::once(OWN)
        .chain(logs.workers().keys().map(String::as_str))
        .collect();
    let node = parameter(request, "node").unwrap_or_else(|| OWN.to_owned());
    if node == OWN || node == "master" || node.is_empty() {
        let lines: Vec<_> = logs.since(after).collect();
        return compact(&json!({"nodes": nodes, "lines": lines, "next": logs.next()}));
    }
    let Some(lines) = logs.workers().get(&node) else {
        return failure(404, &format!("There is no node `{node}`"));
    };
    let lines: Vec<_> = (0_u64..)
        .zip(lines)
        .skip(after as usize)
        .map(|(n, text)| json!({"n": n, "t": null, "level": level(text), "logger": null, "text": text}))
        .collect();
    compact(&json!({"nodes": nodes, "next": after + lines.len() as u64, "lines": lines}))
}

/// `[time] host/LEVEL/logger: text`.
fn level(line: &str) -> Option<&str> {
    line.split_once("] ")?.1.split('/').nth(1)
}

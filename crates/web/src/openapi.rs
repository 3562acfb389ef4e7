//! `GET openapi.json`: the description of the API, from the table of routes.
use serde_json::{Map, Value, json};

use super::answer::compact;
use super::guard::only_reads;
use super::routes::{Handler, ROUTES, Route};
use super::runs;
use rlocust_run::run::HttpAnswer;

pub fn openapi() -> HttpAnswer {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES.iter().filter(|route| !route.about.is_empty()) {
        let path = route.path.replace("/*", "/{id}");
        paths.entry(path).or_insert_with(|| json!({}))[route.method.to_lowercase()] =
            operation(route);
    }
    compact(&json!({
        "openapi": "3.1.0",
        "info": {"title": "rlocust", "version": env!("CARGO_PKG_VERSION")},
        "servers": [{"url": "../.."}],
        "paths": paths,
    }))
}

fn operation(route: &Route) -> Value {
    let mut parameters: Vec<Value> = route.parameters.iter().map(|name| query(name)).collect();
    let has_id = route.path.ends_with("/*") || route.path.contains("{id}");
    if has_id {
        parameters.push(
            json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}),
        );
    }
    let mut answers = json!({
        "200": {"description": "Done", "content": {content_type(route): {"schema": {}}}},
        "400": refusal("The request is not understood"),
        "503": refusal("The script has not answered in time"),
    });
    if has_id
        || matches!(route.by, Handler::Files(_))
        || route.parameters.contains(&"endpoint")
        || route.parameters.contains(&"node")
    {
        answers["404"] = refusal("There is no such thing");
    }
    let mut operation =
        json!({"summary": route.about, "parameters": parameters, "responses": answers});
    if !only_reads(route.method) {
        operation["responses"]["403"] = refusal("A page of another site asked");
        operation["responses"]["409"] = refusal("The run is in no state for it");
    }
    if matches!(route.method, "POST" | "PATCH") {
        operation["requestBody"] = json!({
            "required": is_needed(route.path),
            "content": {"application/json": {"schema": body(route.path)}},
        });
    }
    operation
}

fn content_type(route: &Route) -> &'static str {
    match route.by {
        Handler::Stream => "text/event-stream",
        Handler::Download => "application/octet-stream",
        _ if route.path.ends_with("/report") => "text/html",
        _ => super::answer::JSON,
    }
}

fn refusal(description: &str) -> Value {
    let schema = json!({
        "type": "object",
        "required": ["success", "message"],
        "properties": {"success": {"const": false}, "message": {"type": "string"}},
    });
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}

fn query(name: &str) -> Value {
    let schema = match name {
        "from" | "to" => json!({"type": "number"}),
        "step" => json!({"type": "number", "minimum": 0}),
        "node" => json!({"type": "string"}),
        "a" | "b" => json!({"type": "string", "minLength": 1}),
        "endpoint" => json!({"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX}),
        _ => json!({"type": "integer", "minimum": 0, "maximum": u64::MAX}),
    };
    let is_needed = matches!(name, "a" | "b");
    json!({"name": name, "in": "query", "required": is_needed, "schema": schema})
}

/// A stop and a reset need no body.
fn is_needed(path: &str) -> bool {
    !path.ends_with("/stop") && !path.ends_with("/reset")
}

fn body(path: &str) -> Value {
    if path.ends_with("/stop") {
        return json!({"type": "object", "properties": {"now": {"type": "boolean"}}});
    }
    if path.contains("/runs/") {
        return notes();
    }
    if path.ends_with("/reset") {
        return json!({"type": "object"});
    }
    load()
}

fn notes() -> Value {
    let label = json!({"type": "string", "maxLength": runs::LONGEST_LABEL});
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "note": {"type": "string", "maxLength": runs::LONGEST_NOTE},
            "labels": {"type": "array", "items": label, "maxItems": runs::MOST_LABELS},
        },
    })
}

/// Of a start or an edit. A load shape needs neither users nor a rate, and passes over them.
fn load() -> Value {
    let text = json!({"type": ["string", "null"]});
    let time = json!({
        "type": ["string", "integer", "null"],
        "pattern": "^([0-9]{0,6}|([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?)$",
        "minimum": 0,
        "maximum": 999_999,
    });
    json!({
        "type": "object",
        "required": ["user_count", "spawn_rate"],
        "properties": {
            "user_count": {"type": "integer", "minimum": 0},
            "spawn_rate": {"type": "number", "exclusiveMinimum": 0},
            "host": text,
            "run_time": time,
            "profile": text,
            "user_classes": {"type": ["array", "null"], "items": {"type": "string"}},
            "shape_class": text,
            "options": {"type": ["object", "null"]},
        },
    })
}

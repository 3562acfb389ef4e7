//! A small store of JSON objects: create, list, read, update, delete. In memory, gone with the server.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use serde_json::{Map, Value};

use super::answer::{Answer, Reply};
use super::request::{Request, field};

/// More are refused with 507: a forgotten load test must not eat the machine's memory.
const MOST_ITEMS: usize = 100_000;
/// How many a list holds unless `?limit=` says otherwise.
const LISTED: usize = 20;

#[derive(Debug, Default)]
pub struct Items {
    store: Mutex<Store>,
}

#[derive(Debug, Default)]
struct Store {
    last: u64,
    items: BTreeMap<u64, Value>,
}

impl Items {
    /// `/items`: GET lists the newest, POST creates, DELETE removes all.
    pub fn all(&self, request: &Request<'_>) -> Answer {
        match request.head.method {
            "GET" | "HEAD" => self.list(&request.head.query()),
            "POST" => self.create(request),
            "DELETE" => {
                self.store.lock().items.clear();
                Answer::empty(204)
            }
            _ => not_allowed("GET, HEAD, POST, DELETE"),
        }
    }

    /// `/items/{id}`: GET reads, PUT replaces, PATCH changes fields, DELETE removes; 404 if there is none.
    pub fn one(&self, id: &str, request: &Request<'_>) -> Answer {
        let mut store = self.store.lock();
        let Some((id, item)) = id
            .parse()
            .ok()
            .and_then(|id: u64| Some((id, store.items.get_mut(&id)?)))
        else {
            return Answer::problem(404, "no such item");
        };
        match request.head.method {
            "GET" | "HEAD" => Answer::json(200, item.to_string()),
            "PUT" | "PATCH" => {
                let Some(fields) = object_in(&request.body) else {
                    return Answer::problem(422, "a JSON object is needed");
                };
                let old = match request.head.method {
                    "PATCH" => item.as_object().cloned().unwrap_or_default(),
                    _ => Map::new(),
                };
                *item = with_id(id, old.into_iter().chain(fields));
                Answer::json(200, item.to_string())
            }
            "DELETE" => {
                store.items.remove(&id);
                Answer::empty(204)
            }
            _ => not_allowed("GET, HEAD, PUT, PATCH, DELETE"),
        }
    }

    fn list(&self, query: &str) -> Answer {
        let limit = field(query, "limit").and_then(|text| text.parse().ok());
        let store = self.store.lock();
        let newest = store.items.values().rev().take(limit.unwrap_or(LISTED));
        let items: Vec<_> = newest.cloned().collect();
        Answer::json(200, Value::Array(items).to_string())
    }

    fn create(&self, request: &Request<'_>) -> Answer {
        let Some(fields) = object_in(&request.body) else {
            return Answer::problem(422, "a JSON object is needed");
        };
        let mut store = self.store.lock();
        if store.items.len() >= MOST_ITEMS {
            return Answer::problem(507, "the store is full: DELETE /items empties it");
        }
        store.last += 1;
        let id = store.last;
        let item = with_id(id, fields);
        let body = item.to_string();
        store.items.insert(id, item);
        Answer::Reply(
            Reply::new(201, "application/json", body).with("location", format!("/items/{id}")),
        )
    }
}

fn object_in(body: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(body).ok()? {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

/// The fields behind our own `id`, which nobody else can set.
fn with_id(id: u64, fields: impl IntoIterator<Item = (String, Value)>) -> Value {
    let own = std::iter::once(("id".to_owned(), Value::from(id)));
    let fields = fields.into_iter().filter(|(name, _)| name != "id");
    Value::Object(own.chain(fields).collect())
}

fn not_allowed(methods: &str) -> Answer {
    Answer::Reply(
        Reply::new(
            405,
            "application/json",
            r#"{"detail":"method not allowed"}"#,
        )
        .with("allow", methods),
    )
}

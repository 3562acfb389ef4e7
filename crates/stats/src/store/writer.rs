//! Writes records: the head and the facts of the run first, then a tick at a time, then the end.
use serde_json::{Map, Value};

use super::codec::Put;
use super::frame::{HEAD, framed};
use super::write_tick::{Strings, put_tick};
use rlocust_core::model::Tick;

pub const FACTS: u8 = 1;
pub const TICK: u8 = 2;
pub const END: u8 = 3;

/// Makes the bytes of one store, in order.
#[derive(Debug, Default)]
pub struct Writer {
    strings: Strings,
    last: Option<Tick>,
}

impl Writer {
    /// What the file begins with. `facts` hold versions and settings of the run.
    pub fn head(&self, facts: &Map<String, Value>) -> Vec<u8> {
        let mut bytes = HEAD.to_vec();
        bytes.extend(framed(&json_record(FACTS, facts)));
        bytes
    }

    /// What changed since the tick before.
    pub fn tick(&mut self, tick: &Tick) -> Vec<u8> {
        let body = put_tick(tick, self.last.as_ref(), &mut self.strings);
        self.last = Some(tick.clone());
        let mut content = vec![TICK];
        content.extend(body);
        framed(&content)
    }

    /// The run ended in order; `facts` hold what only its end could say.
    pub fn end(&self, facts: &Map<String, Value>) -> Vec<u8> {
        framed(&json_record(END, facts))
    }
}

fn json_record(kind: u8, facts: &Map<String, Value>) -> Vec<u8> {
    let mut put = Put(vec![kind]);
    put.text(&Value::Object(facts.clone()).to_string());
    put.0
}

//! The events of the stream: what a tick changed, a change of the state, a new beginning. Made once for all viewers.
use serde::Serialize;
use serde_json::{Value, json};

use super::super::feed::Event;
use super::super::site::Site;
use super::super::timeline::{Followed, Mark, ShownPoint, Timeline};
use super::figures::{Changed, Sum};
use super::{generator, state};
use rlocust_core::model::{EntryRow, RunState, Tick};
use rlocust_stats::report::streams;

/// But the endpoints.
#[derive(Serialize)]
struct Changes<'a> {
    n: u64,
    t: f64,
    state: &'static str,
    users: i64,
    target_users: i64,
    total: Total,
    new_endpoints: Vec<Named<'a>>,
    errors_n: usize,
    exceptions_n: usize,
    marks: &'a [Mark],
    generator: Value,
    classes: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    workers: Option<Vec<Value>>,
    /// Of runs that have any.
    #[serde(skip_serializing_if = "Option::is_none")]
    streams: Option<Value>,
}

/// All requests.
#[derive(Serialize)]
struct Total {
    i: i64,
    #[serde(flatten)]
    point: ShownPoint,
    sum: Sum,
}

#[derive(Serialize)]
struct Named<'a> {
    i: usize,
    name: &'a str,
    method: &'a str,
}

/// What this tick changed; of the marks those behind so many.
pub fn tick_event(site: &Site, course: &Timeline, followed: &Followed, n: u64, seen: u64) -> Event {
    let tick: &Tick = &course.tick;
    let new = (0..).zip(course.rows()).skip(followed.first_new);
    let has_streams = !tick.snapshot.streams.is_empty();
    let changes = Changes {
        n,
        t: tick.now,
        state: tick.run.word(),
        users: tick.run.user_count,
        target_users: tick.run.target_user_count,
        total: Total {
            i: -1,
            point: followed.total.shown(),
            sum: Sum::of(&tick.snapshot.total),
        },
        new_endpoints: new
            .map(|(i, row)| Named {
                i,
                name: &row.name,
                method: &row.method,
            })
            .collect(),
        errors_n: tick.snapshot.errors.len(),
        exceptions_n: tick.run.exceptions.len(),
        marks: course.marks.behind(seen),
        generator: generator::generator(site, course, tick),
        classes: state::classes(&tick.run),
        workers: site
            .said
            .read()
            .is_master
            .then(|| tick.run.workers.iter().map(state::worker).collect()),
        streams: has_streams.then(|| streams::for_a_page(&tick.snapshot)),
    };
    // Plain values: it cannot fail.
    let changes = serde_json::to_string(&changes).unwrap_or_default();
    let endpoints = endpoints_of(course, followed);
    let room = changes.len() + endpoints.length();
    Event::written("tick", Some(n), room, |text| {
        text.push_str(changes.strip_suffix('}').unwrap_or("{"));
        text.push_str(",\"endpoints\":");
        endpoints.write(text);
        text.push('}');
    })
}

fn endpoints_of(course: &Timeline, followed: &Followed) -> Changed {
    let mut changed = Changed::with_room(followed.changed.len());
    let rows: Vec<&EntryRow> = course.rows().collect();
    for (at, point) in &followed.changed {
        changed.push(*at, point, &Sum::of(rows[*at]));
    }
    changed
}

pub fn state_event(run: &RunState) -> Event {
    let state = json!({"state": run.word(), "users": run.user_count, "target_users": run.target_user_count});
    Event::new("state", None, &state.to_string())
}

/// Indices and curves begin anew: what a viewer has is of the past.
pub fn reset_event() -> Event {
    Event::new("reset", None, "{}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::api::endpoints;
    use crate::feed::Packer;
    use crate::site::ScriptInfo;
    use rlocust_core::clock::pause_at;
    use rlocust_core::model::Verdict;
    use rlocust_run::run::Run;
    use rlocust_stats::stats::{Recorder, ResponseTimesCache};

    const ENDPOINTS: u64 = 500;
    const REQUESTS: u64 = 20;

    #[test]
    fn what_workers_of_locust_have_reported_is_marked() {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let run = Run::new(Arc::clone(&recorder), || ());
        let site = Site::new(run.handle(), Arc::default(), "", ScriptInfo::nothing());
        recorder.log_request("GET", "/a", Some(7.0), 0, None);
        recorder.log_request("GET", "/b", Some(7.0), 0, None);
        let shown = |snapshot| {
            let mut course = Timeline::default();
            course.stream();
            let tick = Arc::new(Tick::of_sums(snapshot));
            course.follow(&tick);
            let followed = course.take_followed().expect("a tick");
            let event = tick_event(&site, &course, &followed, 1, 0);
            let rows = endpoints::endpoints_of(&course);
            let said = site.said.read();
            let state =
                state::state_of(&state::Seen::of(&said), &course, &tick, &Verdict::default());
            let marks = rows.as_array().expect("rows").iter();
            let marks: Vec<_> = marks.map(|row| row["rounded"] == true).collect();
            let text = String::from_utf8(event.plain().to_vec()).expect("a text");
            let data = text.lines().find_map(|line| line.strip_prefix("data: "));
            let sent: Value = serde_json::from_str(data.expect("a line")).expect("JSON");
            let rounded = (
                sent["total"]["sum"]["rounded"].clone(),
                sent["endpoints"]["rounded"].clone(),
            );
            (marks, state["rounded"].clone(), rounded)
        };
        let exact = recorder.snapshot();
        let mut rounded = exact.clone();
        Arc::make_mut(&mut rounded.entries[1]).is_rounded = true;
        Arc::make_mut(&mut rounded.total).is_rounded = true;
        assert_eq!(
            shown(exact),
            (vec![false; 3], json!(false), (Value::Null, Value::Null))
        );
        assert_eq!(
            shown(rounded),
            (
                vec![true, false, true],
                json!(true),
                (json!(true), json!([1]))
            )
        );
    }

    #[test]
    fn streamed_answers_are_sent_where_a_run_has_some() {
        let clock = pause_at(1_800_000_000.0);
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let run = Run::new(Arc::clone(&recorder), || ());
        let site = Site::new(run.handle(), Arc::default(), "", ScriptInfo::nothing());
        let mut course = Timeline::default();
        course.stream();
        let mut sent = |n| {
            course.follow(&Arc::new(Tick::of_sums(recorder.snapshot())));
            let followed = course.take_followed().expect("a second has passed");
            let event = tick_event(&site, &course, &followed, n, 0);
            let text = String::from_utf8(event.plain().to_vec()).expect("a text");
            let data = text.lines().find_map(|line| line.strip_prefix("data: "));
            let sent: Value = serde_json::from_str(data.expect("a line")).expect("JSON");
            sent
        };
        assert_eq!(sent(1).get("streams"), None);
        let chat = recorder.stream_ledger("POST", "chat");
        chat.begin(std::time::Duration::from_millis(20));
        clock.advance(1.0);
        let streams = &sent(2)["streams"];
        assert_eq!(streams[0]["name"], "chat");
        assert_eq!(streams[0]["figures"][0]["values"][1], 20.0);
    }

    /// Five hundred endpoints with twenty requests a second each: what one viewer is sent.
    #[test]
    fn a_second_of_five_hundred_endpoints_is_twenty_kilobytes_at_most() {
        let clock = pause_at(1_800_000_000.0);
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let run = Run::new(Arc::clone(&recorder), || ());
        let site = Site::new(run.handle(), Arc::default(), "", ScriptInfo::nothing());
        let mut course = Timeline::default();
        course.stream();
        let packer = Packer::default();
        let mut seed = 1_u64;
        let mut bytes = 0;
        for second in 1..=12 {
            for at in 0..ENDPOINTS * REQUESTS {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let tail = (seed >> 40) as f64 / f64::from(1 << 24);
                let time = 20.0 / (1.02 - tail) + (at % ENDPOINTS) as f64 / 7.0;
                let name = format!("/shop/items/{}", at % ENDPOINTS);
                recorder.log_request(
                    "GET",
                    &name,
                    Some(time),
                    900 + (seed % 300).cast_signed(),
                    None,
                );
            }
            clock.advance(1.0);
            let tick = Arc::new(Tick::of_sums(recorder.snapshot()));
            course.follow(&tick);
            let followed = course.take_followed().expect("a second has passed");
            let event = tick_event(&site, &course, &followed, second, 0);
            bytes = event.packed(&packer).len();
        }
        assert!(bytes <= 20_000, "{bytes}");
    }
}

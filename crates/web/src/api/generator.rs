//! Whether the generator can be trusted: a light, the reason for it, and the figures behind.
use serde_json::{Value, json};

use super::super::site::Site;
use super::super::timeline::Timeline;
use crate::timeline::tenth;
use rlocust_core::model::{Lag, Tick};
use rlocust_stats::report::Health;

/// How far back the light looks.
const LIGHT_SECONDS: f64 = 10.0;

pub fn generator(site: &Site, course: &Timeline, tick: &Tick) -> Value {
    let silent = site.run.silence().as_secs_f64();
    of(course, tick, silent)
}

/// The same for a run that nobody can ask any more.
pub fn of(course: &Timeline, tick: &Tick, silent_s: f64) -> Value {
    let load = tick.machines.generator;
    let cpu = load.and_then(|load| load.cpu);
    let health = Health {
        script_cpu: cpu.map(|cpu| cpu.script),
        io_cpu: cpu.map(|cpu| cpu.busiest_io),
        lag_ms: f64::from(sustained_lag(course)),
        silent_s,
        is_any_still: tick.snapshot.standstills.iter().any(|one| !one.is_over),
        missing_workers: tick.run.missing_workers(),
        has_losses: !tick.run.losses.is_empty(),
    };
    let (light, reason) = health.judge();
    let p99 = |kind: Lag| tick.snapshot.lag(kind).p99_us as f64 / 1000.0;
    json!({
        "light": light.name(),
        "reason": reason,
        "cpu_percent": cpu.map(|cpu| tenth(cpu.total())),
        "memory_bytes": load.map(|load| load.memory),
        "script_cpu_percent": health.script_cpu.map(tenth),
        "io_cpu_percent": health.io_cpu.map(tenth),
        "script_silent_s": tenth(silent_s),
        "lag_p99_ms": tenth(course.load.last().map_or(0.0, |point| f64::from(point.lag_p99))),
        "lag": {
            "wake_p99_ms": p99(Lag::Wake),
            "submit_p99_ms": p99(Lag::Submit),
            "resume_p99_ms": p99(Lag::Resume),
        },
        "open_connections": load.and_then(|load| load.sockets),
        "threads": load.map(|load| load.threads),
    })
}

/// Milliseconds that two of the last seconds reached: the light neither turns for one late second nor goes back between two.
fn sustained_lag(course: &Timeline) -> f32 {
    let end = course.load.last().map_or(0.0, |point| point.time);
    let points = course.load.iter();
    let late = points.filter(|point| point.time > end - LIGHT_SECONDS);
    let mut late: Vec<f32> = late.map(|point| point.lag_p99).collect();
    late.sort_by(|one, other| other.total_cmp(one));
    late.get(1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::LoadPoint;

    #[test]
    fn the_light_does_not_flap() {
        let mut course = Timeline::default();
        let mut light = |second: i32, lag_p99: f32| {
            let time = f64::from(second);
            let point = LoadPoint {
                time,
                lag_p99,
                ..LoadPoint::default()
            };
            course.load.push(point, 100);
            let generator = of(&course, &Tick::default(), 0.0);
            assert_eq!(generator["lag_p99_ms"], json!(lag_p99));
            generator["light"].as_str().expect("a light").to_owned()
        };
        let lags = [1.0, 12.0, 1.0, 12.0, 1.0, 1.0];
        let shown: Vec<String> = (0..).zip(lags).map(|(at, lag)| light(at, lag)).collect();
        assert_eq!(
            shown,
            ["green", "green", "green", "amber", "amber", "amber"]
        );
        assert_eq!(light(12, 1.0), "green");
    }
}

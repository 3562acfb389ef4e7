//! Whether the generator can be trusted: a light, the reason for it, and the figures behind.
use serde_json::{Value, json};

use super::super::course::Course;
use super::super::site::Site;
use crate::model::{Lag, Tick};
use crate::report::Health;
use crate::web::course::tenth;

pub fn generator(site: &Site, course: &Course, tick: &Tick) -> Value {
    let silent = site.run.silence().as_secs_f64();
    of(course, tick, silent)
}

/// The same for a run that nobody can ask any more.
pub fn of(course: &Course, tick: &Tick, silent_s: f64) -> Value {
    let load = tick.machines.generator;
    let cpu = load.and_then(|load| load.cpu);
    let health = Health {
        script_cpu: cpu.map(|cpu| cpu.script),
        io_cpu: cpu.map(|cpu| cpu.busiest_io),
        lag_ms: course
            .load
            .last()
            .map_or(0.0, |point| f64::from(point.lag_p99)),
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
        "lag_p99_ms": tenth(health.lag_ms),
        "lag": {
            "wake_p99_ms": p99(Lag::Wake),
            "submit_p99_ms": p99(Lag::Submit),
            "resume_p99_ms": p99(Lag::Resume),
        },
        "open_connections": load.and_then(|load| load.sockets),
        "threads": load.map(|load| load.threads),
    })
}

//! The facts of a run, from the environment that the suite may have changed and from the process.
use pyo3::prelude::*;
use rlocust_engine::config::{Place, RunFacts, RunSettings, Script};
use serde_json::{Map, Value};

/// The facts as they are now.
pub(crate) fn facts_of(
    environment: &Bound<'_, PyAny>,
    settings: &RunSettings,
) -> PyResult<RunFacts> {
    let classes = environment.getattr("user_classes")?;
    let names = classes
        .try_iter()?
        .map(|class| class?.getattr("__name__")?.extract());
    let host = text_at(environment, "host")?.or_else(|| settings.target.host.clone());
    let script = Script {
        locustfile: text_at(environment, "locustfile")?,
        host: host.map_or_else(|| host_of(&classes), |host| Ok(Some(host)))?,
        user_classes: names.collect::<PyResult<_>>()?,
        tasks: tasks_of(&classes)?,
        is_master: is_master(environment)?,
    };
    let place = place(environment.py())?;
    Ok(RunFacts::new(place, script, settings))
}

/// The host that all classes set; nothing where they differ, as in Locust's report.
fn host_of(classes: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let hosts = classes.try_iter()?.map(|class| text_at(&class?, "host"));
    let mut hosts: Vec<_> = hosts.collect::<PyResult<_>>()?;
    hosts.dedup();
    Ok(hosts.pop().flatten().filter(|_| hosts.is_empty()))
}

fn is_master(environment: &Bound<'_, PyAny>) -> PyResult<bool> {
    let master = environment
        .py()
        .import("locust.runners")?
        .getattr("MasterRunner")?;
    environment.getattr("runner")?.is_instance(&master)
}

/// Nothing where a suite has tasks that cannot be counted.
fn tasks_of(classes: &Bound<'_, PyAny>) -> PyResult<Map<String, Value>> {
    let inspect = classes.py().import("locust.user.inspectuser")?;
    let text: String = inspect.call_method1("task_shares", (classes,))?.extract()?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

fn place(py: Python<'_>) -> PyResult<Place> {
    let platform = py.import("platform")?;
    let say = |name: &str| platform.call_method0(name)?.extract();
    Ok(Place {
        rlocust: env!("CARGO_PKG_VERSION").to_owned(),
        locust: py
            .import("rlocust._install")?
            .getattr("LOCUST_VERSION")?
            .extract()?,
        python: say("python_version")?,
        platform: say("platform")?,
        machine: say("node")?,
        cores: std::thread::available_parallelism().ok().map(usize::from),
    })
}

/// Nothing where the attribute is empty.
fn text_at(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<String>> {
    let value = object.getattr(name)?;
    if !value.is_truthy()? {
        return Ok(None);
    }
    Ok(Some(value.str()?.to_string_lossy().into_owned()))
}

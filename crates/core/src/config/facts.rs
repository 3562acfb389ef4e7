//! What is reported about a run beside its figures: in the head of the result store, in the summary and in reports. No
//! secret can be in it: of the settings there are only those of the load, and the host comes without its user.

use serde_json::{Map, Value, json};

use super::settings::{LoadSettings, RunSettings, StatisticsSettings};
use crate::model::without_user_info;

/// Versions, and the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub rlocust: String,
    pub locust: String,
    pub python: String,
    pub platform: String,
    pub machine: String,
    /// Of the machine; nothing where it is not known.
    pub cores: Option<usize>,
}

/// What was run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    pub locustfile: Option<String>,
    pub host: Option<String>,
    pub user_classes: Vec<String>,
    /// The tasks of each class, by name, with their shares in it, as `--show-task-ratio-json` has them.
    pub tasks: Map<String, Value>,
    /// Its users are those of workers.
    pub is_master: bool,
}

/// The facts of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFacts {
    pub place: Place,
    pub script: Script,
    /// `--exit-code-on-error`.
    pub code_of_failures: i64,
    pub load: LoadSettings,
    pub percentiles: Vec<f64>,
}

impl RunFacts {
    pub fn new(place: Place, script: Script, settings: &RunSettings) -> Self {
        let host = script.host.filter(|host| !host.is_empty());
        let host = host.map(|host| without_user_info(&host).into_owned());
        Self {
            place,
            script: Script { host, ..script },
            code_of_failures: settings.limits.code_of_failures,
            load: settings.load.clone(),
            percentiles: settings.statistics.percentiles.clone(),
        }
    }

    /// As files have them.
    pub fn to_json(&self) -> Map<String, Value> {
        let facts = json!({
            "rlocust": self.place.rlocust,
            "locust": self.place.locust,
            "python": self.place.python,
            "platform": self.place.platform,
            "machine": self.place.machine,
            "cores": self.place.cores,
            "locustfile": self.script.locustfile,
            "host": self.script.host,
            "user_classes": self.script.user_classes,
            "tasks": self.script.tasks,
            "is_master": self.script.is_master,
            "exit_code_on_error": self.code_of_failures,
            "settings": self.load.to_json(),
            "percentiles": self.percentiles,
        });
        match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        }
    }

    /// What a file has of them: another version may have written it, so what is missing is as if nobody had said it.
    pub fn from_json(facts: &Map<String, Value>) -> Self {
        let text = |key: &str| facts.get(key)?.as_str().map(str::to_owned);
        let percentiles = facts.get("percentiles").and_then(Value::as_array);
        Self {
            place: Place {
                rlocust: text("rlocust").unwrap_or_default(),
                locust: text("locust").unwrap_or_default(),
                python: text("python").unwrap_or_default(),
                platform: text("platform").unwrap_or_default(),
                machine: text("machine").unwrap_or_default(),
                cores: facts
                    .get("cores")
                    .and_then(Value::as_u64)
                    .and_then(|cores| cores.try_into().ok()),
            },
            script: Script {
                locustfile: text("locustfile"),
                host: text("host"),
                user_classes: words(facts.get("user_classes")),
                tasks: facts
                    .get("tasks")
                    .and_then(Value::as_object)
                    .cloned()
                    .unwrap_or_default(),
                is_master: facts.get("is_master").is_some_and(|word| word == true),
            },
            code_of_failures: facts
                .get("exit_code_on_error")
                .and_then(Value::as_i64)
                .unwrap_or(1),
            load: LoadSettings::from_json(facts.get("settings").unwrap_or(&Value::Null)),
            percentiles: percentiles.map_or_else(
                || StatisticsSettings::default().percentiles,
                |list| list.iter().filter_map(Value::as_f64).collect(),
            ),
        }
    }
}

fn words(list: Option<&Value>) -> Vec<String> {
    let words = list.and_then(Value::as_array).into_iter().flatten();
    words.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Number;

    fn facts() -> RunFacts {
        let settings = RunSettings {
            load: LoadSettings {
                user_count: Some(Number::Whole(5)),
                spawn_rate: Some(Number::Real(2.0)),
                tags: Some(vec!["a".to_owned()]),
                ..LoadSettings::default()
            },
            ..RunSettings::default()
        };
        let script = Script {
            locustfile: Some("x.py".to_owned()),
            host: Some("http://me:secret@host/".to_owned()),
            user_classes: vec!["A".to_owned(), "B".to_owned()],
            tasks: Map::from_iter([("A".to_owned(), json!({"buy": {"ratio": 1.0}}))]),
            is_master: true,
        };
        let place = Place {
            rlocust: "1".to_owned(),
            cores: Some(8),
            ..Place::default()
        };
        RunFacts::new(place, script, &settings)
    }

    #[test]
    fn facts_read_back_to_themselves() {
        assert_eq!(RunFacts::from_json(&facts().to_json()), facts());
    }

    #[test]
    fn files_have_the_names_of_the_options_and_the_numbers_of_python() {
        let text = Value::Object(facts().to_json()).to_string();
        let settings = "\"settings\":{\"num_users\":5,\"spawn_rate\":2.0,\"run_time\":null,\"stop_timeout\":null,\
                        \"tags\":[\"a\"],\"exclude_tags\":null,\"reset_stats\":false,\"equal_weights\":false,\
                        \"profile\":null}";
        assert!(text.contains(settings), "{text}");
    }

    #[test]
    fn no_password_is_a_fact() {
        assert_eq!(facts().script.host.as_deref(), Some("http://host/"));
    }

    #[test]
    fn a_file_of_another_version_lacks_what_it_lacks() {
        let read = RunFacts::from_json(&Map::new());
        assert_eq!(read.code_of_failures, 1);
        assert_eq!(read.percentiles, StatisticsSettings::default().percentiles);
        assert_eq!(read.load, LoadSettings::default());
    }
}

//! What share of the load each class and task had, in the shapes of `/tasks`: of a run that is over, from its facts.
use serde_json::{Map, Value, json};

use rlocust_core::model::ClassCount;

/// `{"per_class": …, "total": …}` of the tasks of each class, for so many users; null where there were none.
pub fn shares(tasks: &Map<String, Value>, users: &[ClassCount]) -> Value {
    let all: i64 = users.iter().map(|class| class.running).sum();
    if all == 0 || tasks.is_empty() {
        return Value::Null;
    }
    let (mut per_class, mut total) = (Map::new(), Map::new());
    for (class, own) in tasks {
        let count = users.iter().find(|count| count.name == *class);
        let share = count.map_or(0, |count| count.running) as f64 / all as f64;
        per_class.insert(class.clone(), json!({"ratio": share, "tasks": own}));
        total.insert(
            class.clone(),
            json!({"ratio": share, "tasks": scaled(own, share)}),
        );
    }
    json!({"per_class": per_class, "total": total})
}

/// Tasks whose shares are of the class; those of a task set are of the set. Here both become shares of all.
fn scaled(tasks: &Value, factor: f64) -> Value {
    let Some(tasks) = tasks.as_object() else {
        return Value::Null;
    };
    let scaled_one = |(name, task): (&String, &Value)| {
        let share = task["ratio"].as_f64().unwrap_or_default() * factor;
        let mut node = json!({"ratio": share});
        if let Some(inner) = task.get("tasks") {
            node["tasks"] = scaled(inner, share);
        }
        (name.clone(), node)
    };
    Value::Object(tasks.iter().map(scaled_one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(counts: &[(&str, i64)]) -> Vec<ClassCount> {
        let of = |(name, running): &(&str, i64)| ClassCount {
            name: (*name).to_owned(),
            running: *running,
            target: 0,
        };
        counts.iter().map(of).collect()
    }

    fn tasks() -> Map<String, Value> {
        let tasks = json!({
            "A": {"buy": {"ratio": 0.25}, "Look": {"ratio": 0.75, "tasks": {"at": {"ratio": 0.5}, "on": {"ratio": 0.5}}}},
            "B": {"buy": {"ratio": 1.0}},
        });
        tasks.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn shares_of_all_are_those_of_the_class_times_its_own() {
        let shares = shares(&tasks(), &users(&[("A", 3), ("B", 1)]));
        assert_eq!(shares["per_class"]["A"]["ratio"], 0.75);
        assert_eq!(
            shares["per_class"]["A"]["tasks"]["Look"]["tasks"]["at"]["ratio"],
            0.5
        );
        assert_eq!(shares["total"]["B"]["tasks"]["buy"]["ratio"], 0.25);
        let look = &shares["total"]["A"]["tasks"]["Look"];
        assert_eq!(look["ratio"], 0.5625);
        assert_eq!(look["tasks"]["at"]["ratio"], 0.28125);
        assert!(look["tasks"]["at"].get("tasks").is_none());
    }

    #[test]
    fn nobody_has_no_share() {
        assert_eq!(shares(&tasks(), &users(&[("A", 0)])), Value::Null);
        assert_eq!(shares(&Map::new(), &users(&[("A", 1)])), Value::Null);
        let one = shares(&tasks(), &users(&[("B", 2)]));
        assert_eq!(one["total"]["A"]["ratio"], 0.0);
    }
}

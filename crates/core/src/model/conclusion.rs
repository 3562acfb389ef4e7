//! What only the end of a run can say beside its last sums: what became of its limits, and its exit code.
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::judgement::{Judgement, Verdict};

/// Made by whoever ends the run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conclusion {
    /// As far as the requests, the limits and the suite decide on it.
    pub exit_code: i64,
    pub verdict: Verdict,
}

impl Conclusion {
    /// As files keep it.
    pub fn to_json(&self) -> Map<String, Value> {
        let all =
            |judged: &[Judgement]| Value::Array(judged.iter().map(judgement_to_json).collect());
        let mut object = Map::new();
        object.insert("exit_code".to_owned(), json!(self.exit_code));
        object.insert("limits".to_owned(), all(&self.verdict.limits));
        object.insert("lags".to_owned(), all(&self.verdict.lags));
        object
    }

    /// What is missing counts as not judged.
    pub fn from_json(object: &Map<String, Value>) -> Self {
        let all = |key: &str| {
            let list = object.get(key).and_then(Value::as_array);
            list.into_iter()
                .flatten()
                .map(judgement_from_json)
                .collect()
        };
        Self {
            exit_code: object
                .get("exit_code")
                .and_then(Value::as_i64)
                .unwrap_or_default(),
            verdict: Verdict {
                limits: all("limits"),
                lags: all("lags"),
            },
        }
    }
}

fn judgement_to_json(judgement: &Judgement) -> Value {
    json!({
        "limit": judgement.limit,
        "requirement": judgement.requirement,
        "crossed": judgement.is_crossed,
        "value": judgement.value,
        "told": judgement.description,
        "aborted_after_s": judgement.aborted_after.map(|time| time.as_secs_f64()),
    })
}

fn judgement_from_json(value: &Value) -> Judgement {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let seconds = value["aborted_after_s"].as_f64();
    // Older stores keep the limit alone.
    let requirement = value["requirement"].as_str();
    Judgement {
        limit: text("limit"),
        requirement: requirement.map_or_else(|| text("limit"), str::to_owned),
        is_crossed: value["crossed"].as_bool().unwrap_or_default(),
        value: value["value"].as_f64(),
        description: text("told"),
        aborted_after: seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conclusion_reads_back() {
        let judgement = Judgement {
            limit: "p95 > 1s abort after 2s".to_owned(),
            requirement: "p95 ≤ 1s".to_owned(),
            is_crossed: true,
            value: Some(1234.5),
            description: "p95 of the run is 1234.5 ms".to_owned(),
            aborted_after: Some(Duration::from_millis(2_500)),
        };
        let lag = Judgement {
            aborted_after: None,
            value: None,
            ..judgement.clone()
        };
        let verdict = Verdict {
            limits: vec![judgement],
            lags: vec![lag],
        };
        let conclusion = Conclusion {
            exit_code: 3,
            verdict,
        };
        assert_eq!(Conclusion::from_json(&conclusion.to_json()), conclusion);
        assert_eq!(Conclusion::from_json(&Map::new()), Conclusion::default());
    }
}

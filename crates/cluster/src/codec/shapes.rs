//! What the data of a message must be, by its type, for a script to work with it: the messages of a node that is broken,
//! or none, must not raise errors in the middle of a master. Types of the suite's own may carry anything.
use rmpv::ValueRef;

use super::beat::Beat;
use super::values::under;

/// Of a message to a master.
pub fn fits_master(kind: &str, data: &ValueRef<'_>) -> bool {
    match kind {
        "heartbeat" => Beat::read(data).is_ok(),
        "logs" => is_text(under(data, "worker_id")) && is_list_of_texts(under(data, "logs")),
        "spawning_complete" => {
            is_counts(under(data, "user_classes_count")) && is_number(under(data, "user_count"))
        }
        "exception" => is_text(under(data, "msg")) && is_text(under(data, "traceback")),
        "stats" | "locustfile" => is_map(Some(data)),
        _ => true,
    }
}

/// Of a message to a worker.
pub fn fits_worker(kind: &str, data: &ValueRef<'_>) -> bool {
    match kind {
        "ack" => matches!(data, ValueRef::Nil) || is_number(under(data, "index")),
        "spawn" => {
            is_number(under(data, "timestamp"))
                && is_counts(under(data, "user_classes_count"))
                && is_map(under(data, "parsed_options"))
        }
        "spawning_complete" => is_number(under(data, "user_count")),
        "update_user_class" => is_text(under(data, "user_class_name")),
        "locustfile" => is_map(Some(data)),
        _ => true,
    }
}

fn is_map(value: Option<&ValueRef<'_>>) -> bool {
    matches!(value, Some(ValueRef::Map(_)))
}

fn is_text(value: Option<&ValueRef<'_>>) -> bool {
    matches!(value, Some(ValueRef::String(_)))
}

fn is_number(value: Option<&ValueRef<'_>>) -> bool {
    matches!(
        value,
        Some(ValueRef::Integer(_) | ValueRef::F64(_) | ValueRef::F32(_))
    )
}

fn is_list_of_texts(value: Option<&ValueRef<'_>>) -> bool {
    match value {
        Some(ValueRef::Array(parts)) => parts.iter().all(|part| is_text(Some(part))),
        _ => false,
    }
}

fn is_counts(value: Option<&ValueRef<'_>>) -> bool {
    match value {
        Some(ValueRef::Map(pairs)) => {
            let mut pairs = pairs.iter();
            pairs
                .all(|(class, count)| is_text(Some(class)) && matches!(count, ValueRef::Integer(_)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_a_new_worker_has_its_number_or_nothing() {
        let pair = |value| (ValueRef::from("index"), value);
        let fits = |data: ValueRef<'_>| fits_worker("ack", &data);
        assert!(fits(ValueRef::Nil));
        assert!(fits(ValueRef::Map(vec![pair(ValueRef::from(3))])));
        assert!(!fits(ValueRef::Map(vec![pair(ValueRef::from("3"))])));
        assert!(!fits(ValueRef::Map(Vec::new())));
    }
}

//! A message between nodes: its type, its data, and a node id, as `MessagePack`. Reading borrows from the frame, so that a
//! report of a thousand rows copies no text. What strangers send is refused here, not where it would do harm.
use rmpv::{Value, ValueRef};

use super::date::{self, Date};
use super::malformed::Malformed;
use super::scan::{DEEPEST, scan};
use super::values::{text, under};

/// What the reader takes off for each container: it counts every function that it enters.
const STEPS_A_LEVEL: usize = 4;

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message<'a> {
    pub kind: &'a str,
    pub data: ValueRef<'a>,
    pub node_id: &'a str,
}

impl<'a> Message<'a> {
    /// Of a frame.
    pub fn read(frame: &'a [u8]) -> Result<Self, Malformed> {
        scan(frame)?;
        let mut rest = frame;
        let deepest = DEEPEST * STEPS_A_LEVEL;
        let value = rmpv::decode::read_value_ref_with_max_depth(&mut rest, deepest)
            .map_err(|_| Malformed::NoMessagePack)?;
        let ValueRef::Array(parts) = value else {
            return Err(Malformed::NoMessage);
        };
        let Ok([kind, data, node_id]) = <[ValueRef<'a>; 3]>::try_from(parts) else {
            return Err(Malformed::NoMessage);
        };
        check(&data)?;
        Ok(Self {
            kind: text(&kind)?,
            data,
            node_id: text(&node_id)?,
        })
    }
}

/// The frame of a message.
pub fn written(kind: &str, data: Value, node_id: &str) -> Vec<u8> {
    let message = Value::Array(vec![Value::from(kind), data, Value::from(node_id)]);
    let mut frame = Vec::new();
    // Writing into memory cannot fail.
    rmpv::encode::write_value(&mut frame, &message).unwrap_or_default();
    frame
}

/// The date that a map stands for; `None` for a map that is one.
pub fn date_of(map: &ValueRef<'_>) -> Option<Result<Date, Malformed>> {
    under(map, date::MARK)?;
    let read = under(map, date::TEXT).and_then(|value| text(value).ok());
    Some(read.and_then(Date::read).ok_or(Malformed::NoDate))
}

/// Whether Python can make of it what the sender had: texts that are texts, keys that may be keys, dates that are dates.
fn check(value: &ValueRef<'_>) -> Result<(), Malformed> {
    match value {
        ValueRef::String(text) if text.as_str().is_none() => Err(Malformed::NoText),
        ValueRef::Array(parts) => parts.iter().try_for_each(check),
        ValueRef::Map(pairs) => {
            for (key, value) in pairs {
                if matches!(key, ValueRef::Array(_) | ValueRef::Map(_)) {
                    return Err(Malformed::NoKey);
                }
                check(key)?;
                check(value)?;
            }
            date_of(value).map_or(Ok(()), |date| date.map(drop))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "vm_68ff018a897a44d089b8f600da2f9e6b";

    /// The bytes of a sample of docs/contract/distributed.md §4; `U` stands for the id.
    fn frame(hex: &str) -> Vec<u8> {
        let digits: String = hex.split_whitespace().collect();
        let (before, after) = digits.split_once('U').unwrap_or((&digits, ""));
        let bytes = |hex: &str| -> Vec<u8> {
            let pairs = hex.as_bytes().chunks(2);
            pairs
                .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect()
        };
        let id = [vec![0xd9, 0x23], ID.as_bytes().to_vec()].concat();
        [bytes(before), id, bytes(after)].concat()
    }

    fn map(pairs: Vec<(&str, Value)>) -> Value {
        let pairs = pairs.into_iter();
        Value::Map(pairs.map(|(key, value)| (key.into(), value)).collect())
    }

    /// Read and written, both ways.
    fn holds(hex: &str, kind: &str, data: Value) {
        let frame = frame(hex);
        let message = Message::read(&frame).unwrap();
        assert_eq!((message.kind, message.node_id), (kind, ID));
        assert_eq!(message.data.to_owned(), data, "{kind}");
        assert_eq!(written(kind, data, ID), frame, "{kind}");
    }

    #[test]
    fn samples_of_the_contract_are_read_and_written_to_the_byte() {
        let nil = || Value::Nil;
        holds(
            "93 ac636c69656e745f7265616479 a6322e34372e30 U",
            "client_ready",
            "2.47.0".into(),
        );
        holds(
            "93 a361636b 81 a5696e646578 00 U",
            "ack",
            map(vec![("index", 0.into())]),
        );
        let beat = "93 a9686561727462656174 83 a57374617465 a57265616479 b163757272656e745f6370755f7573616765 \
                    cb0000000000000000 b463757272656e745f6d656d6f72795f7573616765 00 U";
        let usage = vec![
            ("state", "ready".into()),
            ("current_cpu_usage", 0.0.into()),
            ("current_memory_usage", 0.into()),
        ];
        holds(beat, "heartbeat", map(usage));
        holds("93 a9686561727462656174 c0 U", "heartbeat", nil());
        holds("93 a8737061776e696e67 c0 U", "spawning", nil());
        holds("93 a473746f70 c0 U", "stop", nil());
        holds("93 a471756974 c0 U", "quit", nil());
        holds(
            "93 ae636c69656e745f73746f70706564 c0 U",
            "client_stopped",
            nil(),
        );
        let complete = "93 b1737061776e696e675f636f6d706c657465 82 b2757365725f636c61737365735f636f756e74 82 \
                        a757656255736572 00 a94f7468657255736572 01 aa757365725f636f756e74 01 U";
        let classes = map(vec![("WebUser", 0.into()), ("OtherUser", 1.into())]);
        let counts = map(vec![
            ("user_classes_count", classes),
            ("user_count", 1.into()),
        ]);
        holds(complete, "spawning_complete", counts);
        let down = "93 b1737061776e696e675f636f6d706c657465 81 aa757365725f636f756e74 03 U";
        holds(
            down,
            "spawning_complete",
            map(vec![("user_count", 3.into())]),
        );
        let update = "93 b17570646174655f757365725f636c617373 82 af757365725f636c6173735f6e616d65 a757656255736572 \
                      a6776569676874 05 U";
        let class = map(vec![
            ("user_class_name", "WebUser".into()),
            ("weight", 5.into()),
        ]);
        holds(update, "update_user_class", class);
        let custom = "93 a9746f5f776f726b6572 94 a27531 81a161cb3ff8000000000000 c0 c3 U";
        let list = vec![
            "u1".into(),
            map(vec![("a", 1.5.into())]),
            nil(),
            true.into(),
        ];
        holds(custom, "to_worker", Value::Array(list));
    }

    #[test]
    fn the_keys_of_a_map_may_be_numbers() {
        let frame = written("stats", Value::Map(vec![(34.into(), 1.into())]), "w");
        let data = Message::read(&frame).unwrap().data;
        assert_eq!(data, ValueRef::Map(vec![(34.into(), 1.into())]));
    }

    fn refused(frame: &[u8]) -> Malformed {
        Message::read(frame).unwrap_err()
    }

    #[test]
    fn what_ends_a_stock_master_is_refused() {
        let of = |value: Value| {
            let mut frame = Vec::new();
            rmpv::encode::write_value(&mut frame, &value).unwrap();
            frame
        };
        let list = |parts: Vec<Value>| of(Value::Array(parts));
        assert_eq!(refused(&[0xc1]), Malformed::NoMessagePack);
        assert_eq!(refused(&[]), Malformed::Truncated);
        assert_eq!(
            refused(&written("a", Value::Nil, "w")[..4]),
            Malformed::Truncated
        );
        assert_eq!(
            refused(&list(vec!["a".into(), Value::Nil])),
            Malformed::NoMessage
        );
        assert_eq!(refused(&list(vec![Value::Nil; 4])), Malformed::NoMessage);
        assert_eq!(refused(&of(7.into())), Malformed::NoMessage);
        let typed = list(vec![map(vec![]), Value::Nil, "w".into()]);
        assert_eq!(refused(&typed), Malformed::NoMessage);
        let late = map(vec![
            (date::MARK, true.into()),
            (date::TEXT, "yesterday".into()),
        ]);
        assert_eq!(refused(&written("a", late, "w")), Malformed::NoDate);
        let keyed = Value::Map(vec![(Value::Array(vec![]), 1.into())]);
        assert_eq!(refused(&written("a", keyed, "w")), Malformed::NoKey);
        let nested = (0..200).fold(Value::Nil, |inner, _| Value::Array(vec![inner]));
        assert_eq!(refused(&written("a", nested, "w")), Malformed::TooDeep);
        assert_eq!(
            refused(&[0x93, 0xa1, 0xff, 0xc0, 0xa1, b'w']),
            Malformed::NoText
        );
        assert_eq!(
            refused(&[0x93, 0xa1, b'a', 0xa1, 0xff, 0xa1, b'w']),
            Malformed::NoText
        );
    }

    #[test]
    fn a_message_may_nest_as_deep_as_the_scan_lets_it() {
        let nested =
            (0..DEEPEST - 3).fold(Value::Nil, |inner, _| Value::Map(vec![(1.into(), inner)]));
        assert!(Message::read(&written("a", nested, "w")).is_ok());
    }
}

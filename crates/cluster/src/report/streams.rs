//! Figures of streamed answers in a worker's report, under our key: a stock master passes over them with the rest of it. A
//! worker that has no streams sends none of this.
use std::sync::Arc;

use rmpv::{Value, ValueRef};

use super::histogram::unpacked;
use crate::codec::{Malformed, binary, count_of, list, text, under};
use rlocust_core::model::{StreamCounts, StreamRow};
use rlocust_stats::store::{Put, Take, put_histogram};

/// Each name with its counts and its histograms, which travel as those of entries do.
pub fn written(rows: &[StreamRow]) -> Value {
    Value::Array(rows.iter().map(written_row).collect())
}

pub fn read(rows: &ValueRef<'_>) -> Result<Vec<StreamRow>, Malformed> {
    list(rows)?.iter().map(read_row).collect()
}

fn written_row(row: &StreamRow) -> Value {
    let mut put = Put::default();
    for figure in &row.figures {
        put_histogram(&mut put, figure, &Arc::default());
    }
    let pairs: [(&str, Value); 7] = [
        ("name", (&*row.name).into()),
        ("method", (&*row.method).into()),
        ("streams", row.counts.streams.into()),
        ("events", row.counts.events.into()),
        ("reconnections", row.counts.reconnections.into()),
        ("tokens", row.counts.tokens.into()),
        ("figures", Value::Binary(put.0)),
    ];
    let pairs = pairs.into_iter();
    Value::Map(pairs.map(|(key, value)| (key.into(), value)).collect())
}

fn read_row(row: &ValueRef<'_>) -> Result<StreamRow, Malformed> {
    let part = |key| under(row, key).ok_or(Malformed::WrongData);
    let count = |key| u64::try_from(count_of(part(key)?)?).map_err(|_| Malformed::WrongData);
    let counts = StreamCounts {
        streams: count("streams")?,
        events: count("events")?,
        reconnections: count("reconnections")?,
        tokens: count("tokens")?,
    };
    let mut take = Take(binary(part("figures")?)?);
    let mut figures: [Arc<_>; _] = Default::default();
    for figure in &mut figures {
        *figure = Arc::new(unpacked(&mut take)?);
    }
    Ok(StreamRow {
        name: text(part("name")?)?.into(),
        method: text(part("method")?)?.into(),
        counts,
        figures,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::model::StreamFigure;

    fn row() -> StreamRow {
        let mut row = StreamRow {
            name: "/chat".into(),
            method: "POST".into(),
            counts: StreamCounts {
                streams: 2,
                events: 30,
                reconnections: 1,
                tokens: 25,
            },
            ..StreamRow::default()
        };
        for (at, figure) in row.figures.iter_mut().enumerate() {
            Arc::make_mut(figure).record_many_us(1_000 * (at as u64 + 1), 3);
        }
        row
    }

    fn sent(value: &Value) -> Result<Vec<StreamRow>, Malformed> {
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, value).expect("into memory");
        read(&rmpv::decode::read_value_ref(&mut &bytes[..]).expect("msgpack"))
    }

    #[test]
    fn a_row_arrives_as_it_left() {
        let read = sent(&written(&[row()])).expect("well formed");
        assert_eq!((&*read[0].name, &*read[0].method), ("/chat", "POST"));
        assert_eq!(read[0].counts, row().counts);
        for figure in StreamFigure::ALL {
            let values = |row: &StreamRow| row.figure(figure).rows().collect::<Vec<_>>();
            assert_eq!(values(&read[0]), values(&row()), "{}", figure.name());
        }
    }

    #[test]
    fn a_row_that_is_cut_or_incomplete_is_refused() {
        let Value::Array(rows) = written(&[row()]) else {
            panic!("a list")
        };
        let Value::Map(pairs) = &rows[0] else {
            panic!("a map")
        };
        for at in 0..pairs.len() {
            let mut fewer = pairs.clone();
            fewer.remove(at);
            assert!(
                sent(&Value::Array(vec![Value::Map(fewer)])).is_err(),
                "{at}"
            );
        }
        let mut cut = pairs.clone();
        if let Some((_, Value::Binary(bytes))) = cut.last_mut() {
            bytes.truncate(bytes.len() / 2);
        }
        assert!(sent(&Value::Array(vec![Value::Map(cut)])).is_err());
    }
}

//! Streams of a stranger: `fuzz/` feeds them for minutes, the test below for a moment. What is read does not hang on where
//! the bytes were cut, and every event is within the limit.
use super::fault::Fault;
use super::parser::{Event, Parser};

const LIMIT: usize = 300;

/// The first byte says how long the pieces are.
pub fn events(data: &[u8]) {
    let Some((piece, stream)) = data.split_first() else {
        return;
    };
    let whole = read(stream.len().max(1), stream);
    let cut = read(usize::from(*piece).max(1), stream);
    assert_eq!(whole, cut, "cut every {piece} bytes");
    for event in &whole.0 {
        // A byte that is no UTF-8 becomes three.
        assert!(event.data.len() <= 3 * LIMIT && event.id.len() <= 3 * LIMIT);
    }
}

fn read(piece: usize, stream: &[u8]) -> (Vec<Event>, Option<Fault>) {
    let mut parser = Parser::new(LIMIT, String::new());
    let mut events = Vec::new();
    for bytes in stream.chunks(piece) {
        let fed = parser.feed(bytes, |event| {
            events.push(event);
            Ok(())
        });
        if let Err(fault) = fed {
            return (events, Some(fault));
        }
    }
    (events, None)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_stream_is_read_the_same_however_it_is_cut(data in vec(any::<u8>(), 0..400)) {
            events(&data);
        }

        #[test]
        fn a_likely_stream_is_too(parts in vec(0_usize..8, 0..200), piece in any::<u8>()) {
            let words = ["data: x", "id: 7", "event: e", "\r", "\n", "\r\n", ":", "\u{feff}ü"];
            let stream: String = parts.iter().map(|at| words[*at]).collect();
            events(&[&[piece], stream.as_bytes()].concat());
        }
    }
}

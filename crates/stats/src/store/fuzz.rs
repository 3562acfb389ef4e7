//! The reader of stores, driven by records of a stranger whose checksums are right: `fuzz/` feeds it for minutes, the test
//! below for a moment. What it reads is put into another store, as every output would have to work with it.

use super::frame::{HEAD, framed};
use super::reader::{Reader, Record};
use super::writer::Writer;

/// Records are cut where a byte says how long the next one is.
pub fn store(data: &[u8]) {
    let mut file = HEAD.to_vec();
    let mut rest = data;
    while let Some((length, behind)) = rest.split_first() {
        let length = (usize::from(*length) * 4).min(behind.len());
        let (content, behind) = behind.split_at(length);
        file.extend(framed(content));
        rest = behind;
    }
    let Ok(reader) = Reader::new(&file) else {
        return;
    };
    let mut writer = Writer::default();
    for record in reader.map_while(Result::ok) {
        if let Record::Tick(tick) = record {
            drop(writer.tick(&tick));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use rlocust_core::model::Tick;

    use super::super::frame::FRONT;
    use super::super::writer::TICK;
    use super::*;

    /// The content of a record of an empty tick.
    fn plain() -> Vec<u8> {
        Writer::default().tick(&Tick::default())[FRONT..].to_vec()
    }

    proptest! {
        #[test]
        fn any_record_is_read_or_refused(data in vec(any::<u8>(), 0..200)) {
            store(&data);
            store(&[vec![255, TICK], data].concat());
        }

        #[test]
        fn a_spoilt_tick_is_read_or_refused(spoilt in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
            let mut content = plain();
            content.resize(content.len().next_multiple_of(4), 0);
            for (at, byte) in spoilt {
                let at = at.index(content.len());
                content[at] = byte;
            }
            store(&[vec![(content.len() / 4) as u8], content].concat());
        }
    }
}

//! A look over `MessagePack` bytes before they are read: nothing is allocated, whatever their lengths promise. What
//! passes is one value, whole, no deeper and with no more parts than a node ever sends.
use rmp::Marker;

use super::malformed::Malformed;

/// Containers within containers.
pub const DEEPEST: usize = 128;
/// Values of one frame: the report of ten thousand names has less than half of them.
const MOST_VALUES: u64 = 4 << 20;

/// Passes where the bytes are exactly one value.
pub fn scan(frame: &[u8]) -> Result<(), Malformed> {
    let mut rest = Rest(frame);
    let mut values = 0;
    // How many values each container that is open still has to get.
    let mut open = vec![1_u64];
    while let Some(missing) = open.last_mut() {
        if *missing == 0 {
            open.pop();
            continue;
        }
        *missing -= 1;
        values += 1;
        let parts = rest.value()?;
        if parts > 0 {
            open.push(parts);
        }
        if open.len() > DEEPEST {
            return Err(Malformed::TooDeep);
        }
        if values > MOST_VALUES {
            return Err(Malformed::TooMany);
        }
    }
    if rest.0.is_empty() {
        Ok(())
    } else {
        Err(Malformed::MoreThanOne)
    }
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// Passes over one value; of a container over its head, and answers how many values follow in it.
    fn value(&mut self) -> Result<u64, Malformed> {
        let marker = Marker::from_u8(self.number(1)? as u8);
        let bytes = match marker {
            Marker::FixArray(parts) => return Ok(u64::from(parts)),
            Marker::Array16 => return self.number(2),
            Marker::Array32 => return self.number(4),
            Marker::FixMap(pairs) => return Ok(2 * u64::from(pairs)),
            Marker::Map16 => return Ok(2 * self.number(2)?),
            Marker::Map32 => return Ok(2 * self.number(4)?),
            Marker::Reserved => return Err(Malformed::NoMessagePack),
            Marker::FixPos(_) | Marker::FixNeg(_) | Marker::Null | Marker::True | Marker::False => {
                0
            }
            Marker::U8 | Marker::I8 => 1,
            Marker::U16 | Marker::I16 => 2,
            Marker::U32 | Marker::I32 | Marker::F32 => 4,
            Marker::U64 | Marker::I64 | Marker::F64 => 8,
            Marker::FixStr(length) => u64::from(length),
            Marker::Str8 | Marker::Bin8 => self.number(1)?,
            Marker::Str16 | Marker::Bin16 => self.number(2)?,
            Marker::Str32 | Marker::Bin32 => self.number(4)?,
            Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32 => return Err(Malformed::Extension),
        };
        self.bytes(bytes)?;
        Ok(0)
    }

    fn number(&mut self, length: u64) -> Result<u64, Malformed> {
        let bytes = self.bytes(length)?.iter();
        Ok(bytes.fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn bytes(&mut self, length: u64) -> Result<&[u8], Malformed> {
        let length = usize::try_from(length).map_err(|_| Malformed::Truncated)?;
        let (taken, rest) = (self.0.split_at_checked(length)).ok_or(Malformed::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_value_is_refused() {
        assert_eq!(scan(&[0xc0]), Ok(()));
        assert_eq!(scan(&[0x92, 1, 2]), Ok(()));
        assert_eq!(scan(&[]), Err(Malformed::Truncated));
        assert_eq!(scan(&[0xc1]), Err(Malformed::NoMessagePack));
        assert_eq!(scan(&[0x93, 1, 2]), Err(Malformed::Truncated));
        assert_eq!(scan(&[1, 2]), Err(Malformed::MoreThanOne));
        assert_eq!(scan(&[0xd4, 1, 1]), Err(Malformed::Extension));
        assert_eq!(scan(&[0x91; 200]), Err(Malformed::TooDeep));
        for lying in [0xdb, 0xc6, 0xdd, 0xdf] {
            let promised = [lying, 0xff, 0xff, 0xff, 0xff, 0, 0];
            assert_eq!(scan(&promised), Err(Malformed::Truncated), "{lying:x}");
        }
        let crowd = [vec![0xdd, 0x7f, 0, 0, 0], vec![0xc0; 5 << 20]].concat();
        assert_eq!(scan(&crowd), Err(Malformed::TooMany));
    }

    proptest! {
        /// The library that reads afterwards must not fail for what passed.
        #[test]
        fn what_passes_is_read(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if scan(&bytes).is_ok() {
                let mut rest = &bytes[..];
                prop_assert!(rmpv::decode::read_value_ref(&mut rest).is_ok());
                prop_assert!(rest.is_empty());
            }
        }
    }
}

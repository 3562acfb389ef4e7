//! Numbers and texts as bytes: whole numbers of seven bits a byte, signed ones zigzag, floats as they are.
use std::sync::Arc;

use rlocust_core::model::Number;

/// Bytes that are no value of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what a record of a result store holds")]
pub struct Malformed;

/// Writes values, one after the other.
#[derive(Debug, Default)]
pub struct Put(pub Vec<u8>);

impl Put {
    pub fn count(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub fn size(&mut self, value: usize) {
        self.count(value as u64);
    }

    pub fn signed(&mut self, value: i64) {
        self.count(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    pub fn float(&mut self, value: f64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn text(&mut self, value: &str) {
        self.size(value.len());
        self.0.extend_from_slice(value.as_bytes());
    }

    pub fn number(&mut self, value: Number) {
        match value {
            Number::Whole(whole) => {
                self.0.push(0);
                self.signed(whole);
            }
            Number::Real(real) => {
                self.0.push(1);
                self.float(real);
            }
        }
    }

    pub fn optional<T>(&mut self, value: Option<T>, put: impl FnOnce(&mut Self, T)) {
        self.0.push(u8::from(value.is_some()));
        if let Some(value) = value {
            put(self, value);
        }
    }
}

/// Reads them back.
#[derive(Debug)]
pub struct Take<'a>(pub &'a [u8]);

impl<'a> Take<'a> {
    pub fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.0.split_first().ok_or(Malformed)?;
        self.0 = rest;
        Ok(*first)
    }

    pub fn bytes(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn count(&mut self) -> Result<u64, Malformed> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Malformed)
    }

    /// A number of things that follow: never more than there are bytes left.
    pub fn size(&mut self) -> Result<usize, Malformed> {
        let size = usize::try_from(self.count()?).map_err(|_| Malformed)?;
        if size <= self.0.len() {
            Ok(size)
        } else {
            Err(Malformed)
        }
    }

    pub fn signed(&mut self) -> Result<i64, Malformed> {
        let value = self.count()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    pub fn float(&mut self) -> Result<f64, Malformed> {
        let bytes = self.bytes(8)?.try_into().map_err(|_| Malformed)?;
        Ok(f64::from_le_bytes(bytes))
    }

    pub fn text(&mut self) -> Result<Arc<str>, Malformed> {
        let length = self.size()?;
        let text = std::str::from_utf8(self.bytes(length)?).map_err(|_| Malformed)?;
        Ok(text.into())
    }

    pub fn number(&mut self) -> Result<Number, Malformed> {
        match self.byte()? {
            0 => self.signed().map(Number::Whole),
            1 => self.float().map(Number::Real),
            _ => Err(Malformed),
        }
    }

    pub fn optional<T>(
        &mut self,
        take: impl FnOnce(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        match self.byte()? {
            0 => Ok(None),
            1 => take(self).map(Some),
            _ => Err(Malformed),
        }
    }

    /// So many things, each read by `take`.
    pub fn list<T>(
        &mut self,
        mut take: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        (0..self.size()?).map(|_| take(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_read_back(count: u64, signed: i64, bits: u64, text: String, some: bool) {
            let real = f64::from_bits(bits);
            let mut put = Put::default();
            put.count(count);
            put.signed(signed);
            put.text(&text);
            put.number(Number::Real(real));
            put.number(Number::Whole(signed));
            put.optional(some.then_some(count), Put::count);
            let mut take = Take(&put.0);
            prop_assert_eq!(take.count(), Ok(count));
            prop_assert_eq!(take.signed(), Ok(signed));
            let read = take.text();
            prop_assert_eq!(read.as_deref(), Ok(text.as_str()));
            prop_assert_eq!(take.number().map(|n| n.as_f64().to_bits()), Ok(bits));
            prop_assert!(matches!(take.number(), Ok(Number::Whole(whole)) if whole == signed));
            prop_assert_eq!(take.optional(Take::count), Ok(some.then_some(count)));
            prop_assert!(take.0.is_empty());
        }

        #[test]
        fn foreign_bytes_are_refused_not_obeyed(bytes: Vec<u8>) {
            // A length that promises more than there is must not reserve memory for it.
            Take(&bytes).list(|take| take.text().map(drop)).ok();
            Take(&bytes).number().ok();
        }
    }
}

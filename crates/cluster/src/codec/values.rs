//! Values of a message, as what they have to be.
use rmpv::ValueRef;

use super::malformed::Malformed;
use rlocust_core::model::Number;

/// Under this key of a map our nodes say what a stock node passes over.
pub const KEY: &str = "rlocust";

/// Beyond what a node can count; sums of many reports stay far from the end of their numbers.
pub const MOST_COUNTED: i64 = 1 << 40;

/// The text of a value that has to be one.
pub fn text<'a>(value: &ValueRef<'a>) -> Result<&'a str, Malformed> {
    match value {
        ValueRef::String(text) => text.into_str().ok_or(Malformed::NoText),
        _ => Err(Malformed::NoMessage),
    }
}

/// What a map holds under a key.
pub fn under<'v, 'a>(map: &'v ValueRef<'a>, key: &str) -> Option<&'v ValueRef<'a>> {
    let ValueRef::Map(pairs) = map else {
        return None;
    };
    let mut pairs = pairs.iter();
    let found = pairs
        .find(|(name, _)| matches!(name, ValueRef::String(name) if name.as_str() == Some(key)));
    found.map(|(_, value)| value)
}

/// A finite number.
pub fn number_of(value: &ValueRef<'_>) -> Result<Number, Malformed> {
    let number = match value {
        ValueRef::Integer(whole) => whole.as_i64().map(Number::Whole),
        ValueRef::F64(real) => Some(Number::Real(*real)),
        ValueRef::F32(real) => Some(Number::Real(f64::from(*real))),
        _ => None,
    };
    let number = number.filter(|number| number.as_f64().is_finite());
    number.ok_or(Malformed::WrongData)
}

/// How many; a suite's own figures may be real numbers, whose fraction counts nothing.
pub fn count_of(value: &ValueRef<'_>) -> Result<i64, Malformed> {
    let count = match number_of(value)? {
        Number::Whole(count) => count,
        Number::Real(count) => count as i64,
    };
    if (0..=MOST_COUNTED).contains(&count) {
        Ok(count)
    } else {
        Err(Malformed::WrongData)
    }
}

/// The pairs of what has to be a map.
pub fn pairs_of<'v, 'a>(
    value: &'v ValueRef<'a>,
) -> Result<&'v [(ValueRef<'a>, ValueRef<'a>)], Malformed> {
    match value {
        ValueRef::Map(pairs) => Ok(pairs),
        _ => Err(Malformed::WrongData),
    }
}

/// The parts of what has to be a list.
pub fn list<'v, 'a>(value: &'v ValueRef<'a>) -> Result<&'v [ValueRef<'a>], Malformed> {
    match value {
        ValueRef::Array(parts) => Ok(parts),
        _ => Err(Malformed::WrongData),
    }
}

/// What have to be bytes.
pub fn binary<'a>(value: &ValueRef<'a>) -> Result<&'a [u8], Malformed> {
    match value {
        ValueRef::Binary(bytes) => Ok(bytes),
        _ => Err(Malformed::WrongData),
    }
}

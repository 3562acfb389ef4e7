//! Numbers as Python keeps them. Locust's sums start as int and become float with the first float added;
//! JSON shows the difference (`0` against `0.0`), so the kind travels with the value.
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// An int or a float.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    Whole(i64),
    Real(f64),
}

impl Number {
    pub const ZERO: Self = Self::Whole(0);

    pub fn as_f64(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Real(value) => value,
        }
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Self::Whole(a.saturating_add(b)),
            (a, b) => Self::Real(a.as_f64() + b.as_f64()),
        }
    }

    /// Python's `min(self, other)`: of two equal numbers the first stays.
    #[must_use]
    pub fn least(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// Python's `max(self, other)`: of two equal numbers the first stays.
    #[must_use]
    pub fn greatest(self, other: Self) -> Self {
        if other > self { other } else { self }
    }
}

impl Default for Number {
    fn default() -> Self {
        Self::ZERO
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(b)),
            (a, b) => a.as_f64().partial_cmp(&b.as_f64()),
        }
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Whole(value)
    }
}

/// The key of a histogram row. Locust's own rule makes whole keys; a suite's own bucketing function may
/// return fractions. As in a Python dict, `12` and `12.0` are one key and the first spelling stays.
#[derive(Debug, Clone, Copy)]
pub struct Bucket(pub Number);

impl Bucket {
    pub fn whole(value: i64) -> Self {
        Self(Number::Whole(value))
    }

    pub fn as_f64(self) -> f64 {
        self.0.as_f64()
    }
}

impl PartialEq for Bucket {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Bucket {}

impl PartialOrd for Bucket {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bucket {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0, other.0) {
            (Number::Whole(a), Number::Whole(b)) => a.cmp(&b),
            (a, b) => a.as_f64().total_cmp(&b.as_f64()),
        }
    }
}

impl Hash for Bucket {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let whole = match self.0 {
            Number::Whole(value) => Some(value),
            Number::Real(value) => (value.fract() == 0.0).then_some(value as i64),
        };
        match whole {
            Some(value) => state.write_i64(value),
            None => state.write_u64(self.0.as_f64().to_bits()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_stay_whole_until_the_first_float() {
        assert!(matches!(
            Number::ZERO.plus(Number::Whole(3)),
            Number::Whole(3)
        ));
        assert!(matches!(
            Number::ZERO.plus(Number::Real(0.0)),
            Number::Real(_)
        ));
    }

    #[test]
    fn of_equal_numbers_the_first_spelling_stays() {
        assert!(matches!(
            Number::Whole(0).greatest(Number::Real(0.0)),
            Number::Whole(0)
        ));
        assert_eq!(
            Bucket(Number::Whole(12)),
            Bucket(Number::Real(12.0)),
            "one key, as in a dict"
        );
    }
}

//! Rows of a histogram in a third of the room: copies are kept by the thousand, and eight bytes are sorted several
//! times as fast as a row that may hold floats. Nearly always buckets are small whole numbers and counts fit into 32 bits.
use super::super::number::{Bucket, Number};

#[derive(Debug, Clone, PartialEq)]
pub enum Rows {
    Packed(Box<[(i32, u32)]>),
    Any(Box<[(Bucket, i64)]>),
}

impl Default for Rows {
    fn default() -> Self {
        Self::Packed(Box::default())
    }
}

impl Rows {
    pub fn of(rows: impl Iterator<Item = (Bucket, i64)> + Clone) -> Self {
        let mut all = Vec::with_capacity(rows.size_hint().1.unwrap_or_default());
        for row in rows.clone() {
            match packed(row) {
                Some(row) => all.push(row),
                None => return Self::Any(rows.collect()),
            }
        }
        Self::Packed(all.into())
    }

    /// In the order they were given in.
    pub fn to_vec(&self) -> Vec<(Bucket, i64)> {
        match self {
            Self::Packed(rows) => rows.iter().copied().map(unpacked).collect(),
            Self::Any(rows) => rows.to_vec(),
        }
    }
}

fn packed((bucket, count): (Bucket, i64)) -> Option<(i32, u32)> {
    let Number::Whole(whole) = bucket.0 else {
        return None;
    };
    Some((i32::try_from(whole).ok()?, u32::try_from(count).ok()?))
}

pub fn unpacked((bucket, count): (i32, u32)) -> (Bucket, i64) {
    (Bucket::whole(i64::from(bucket)), i64::from(count))
}

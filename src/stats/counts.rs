//! The histogram of Locust's ledger: a counting map that keeps the order of insertion, as the Python dict it
//! stands for.
use indexmap::IndexMap;

use crate::model::Bucket;
use crate::model::hashing::FastHash;

/// Histogram rows: bucket to count.
pub type Counts = IndexMap<Bucket, i64, FastHash>;

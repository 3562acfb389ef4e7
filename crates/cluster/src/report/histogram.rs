//! An exact histogram out of the bytes of a report, with no more counted in it than anybody counts.
use std::sync::Arc;

use crate::codec::{MOST_COUNTED, Malformed};
use rlocust_core::histogram::Exact;
use rlocust_stats::store::{Take, take_histogram};

pub fn unpacked(take: &mut Take<'_>) -> Result<Exact, Malformed> {
    let mut exact = Arc::default();
    take_histogram(take, &mut exact).map_err(|_| Malformed::WrongData)?;
    let exact = Arc::unwrap_or_clone(exact);
    if exact.count() > MOST_COUNTED.cast_unsigned() {
        return Err(Malformed::WrongData);
    }
    Ok(exact)
}

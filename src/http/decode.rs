//! Undoing `Content-Encoding`.

use super::error::HttpError;
use super::request::Dialect;
use super::response::Hop;

pub(super) fn decode(hop: &mut Hop, dialect: Dialect) -> Result<(), HttpError> {
    let _ = (hop, dialect);
    Ok(())
}

//! What a connection that breaks means for the request on it.

use std::io;

use crate::errors::error::HttpError;
use crate::errors::memory_fault::MemoryFault;
use rlocust_core::model::CutPhase;

pub(crate) fn is_broken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
    )
}

pub(crate) fn lost(error: &io::Error, during: CutPhase) -> HttpError {
    if error.kind() == io::ErrorKind::OutOfMemory {
        return MemoryFault::NoneLeft.into();
    }
    crate::tls::fault::fault_of(error).unwrap_or(HttpError::Reset {
        errno: error.raw_os_error().unwrap_or(0),
        during,
    })
}

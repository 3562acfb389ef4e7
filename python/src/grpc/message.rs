//! Messages from Python to the engine.
use rlocust_engine::grpc::Outgoing;

/// A message with its prefix, packed if it is to be.
pub fn outgoing(message: &[u8], is_packed: bool) -> Outgoing {
    if is_packed {
        Outgoing::packed(message)
    } else {
        Outgoing::plain(message)
    }
}

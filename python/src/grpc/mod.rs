//! The native half of `rlocust.grpc`: channels, methods and calls, whose waits are on the hub; how a call ended, read when
//! somebody looks.
mod call;
mod channel;
mod ending;
mod message;
mod metadata;

pub use call::PyGrpcCall;
pub use channel::{PyGrpcChannel, PyGrpcMethod};
pub use ending::PyGrpcEnding;

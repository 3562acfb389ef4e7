//! What is wrong with a frame that is no message.

/// Why a frame was thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("not MessagePack")]
    NoMessagePack,
    #[error("truncated message")]
    Truncated,
    #[error("bytes after the end of the message")]
    MoreThanOne,
    #[error("nested too deep")]
    TooDeep,
    #[error("too many values")]
    TooMany,
    #[error("MessagePack extension types are not allowed")]
    Extension,
    #[error("not a list of type, data and node id")]
    NoMessage,
    #[error("text that is not UTF-8")]
    NoText,
    #[error("a list or map as a key")]
    NoKey,
    #[error("invalid date")]
    NoDate,
    #[error("data that do not belong to this type of message")]
    WrongData,
    #[error("rate limit for unregistered workers exceeded")]
    TooManyOfStrangers,
    #[error("too long for an unregistered worker")]
    TooLongOfStranger,
}

//! What is wrong with a frame that is no message.

/// Why a frame was thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("it is not MessagePack")]
    NoMessagePack,
    #[error("it ends before its end")]
    Truncated,
    #[error("more follows after its end")]
    MoreThanOne,
    #[error("it nests too deep")]
    TooDeep,
    #[error("it has too many values")]
    TooMany,
    #[error("it holds an extension type")]
    Extension,
    #[error("it is no list of type, data and node id")]
    NoMessage,
    #[error("a text in it is not UTF-8")]
    NoText,
    #[error("a container is a key in it")]
    NoKey,
    #[error("a date in it is none")]
    NoDate,
    #[error("its data are not those of its type")]
    WrongData,
    #[error("strangers send too many")]
    TooManyOfStrangers,
    #[error("it is longer than what a worker says before it has joined")]
    TooLongOfStranger,
}

//! Which characters stand bare in which part of a URL.

pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'~')
}

pub(crate) fn is_userinfo_char(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':'
        )
}

pub(crate) fn is_path_char(byte: u8) -> bool {
    is_userinfo_char(byte) || matches!(byte, b'@' | b'/')
}

pub(crate) fn is_query_char(byte: u8) -> bool {
    is_path_char(byte) || byte == b'?'
}

//! Which of the headers that the writer of requests cares about are present.

/// Which of the headers that the writer cares about are present.
#[derive(Copy, Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a set of six names")]
pub(crate) struct Known {
    pub host: bool,
    pub cookie: bool,
    pub content_length: bool,
    pub transfer_encoding: bool,
    pub accept_encoding: bool,
    pub user_agent: bool,
}

impl Known {
    pub(crate) fn note(&mut self, name: &[u8]) {
        let flag = match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => &mut self.host,
            6 if name.eq_ignore_ascii_case(b"cookie") => &mut self.cookie,
            10 if name.eq_ignore_ascii_case(b"user-agent") => &mut self.user_agent,
            14 if name.eq_ignore_ascii_case(b"content-length") => &mut self.content_length,
            15 if name.eq_ignore_ascii_case(b"accept-encoding") => &mut self.accept_encoding,
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => &mut self.transfer_encoding,
            _ => return,
        };
        *flag = true;
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_whatever_their_case_and_no_others_are() {
        let noted = |name: &str| {
            let mut known = Known::default();
            known.note(name.as_bytes());
            [
                known.host,
                known.cookie,
                known.user_agent,
                known.content_length,
                known.accept_encoding,
                known.transfer_encoding,
            ]
        };
        let names = [
            "HOST",
            "Cookie",
            "User-Agent",
            "Content-Length",
            "Accept-Encoding",
            "Transfer-Encoding",
        ];
        for (at, name) in names.into_iter().enumerate() {
            let mut only = [false; 6];
            only[at] = true;
            assert_eq!(noted(name), only, "{name}");
            assert_eq!(
                noted(&name.replace(['o', 'O', 'e'], "x")),
                [false; 6],
                "{name}"
            );
        }
    }
}

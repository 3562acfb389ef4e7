//! The request of the hop that is due, as bytes, with the cookies that go along.

use crate::cookies::site::Site;
use crate::types::timing::wall_clock;
use crate::wire::encode::{Encoded, Request};

use super::job::Job;

impl Job {
    pub(super) fn encode(&mut self, first: bool) -> Encoded {
        let cookie = if self.call.headers.known().cookie {
            None
        } else {
            self.cookie_header(first)
        };
        let request = Request {
            dialect: self.call.dialect,
            method: &self.call.method,
            url: &self.call.url,
            headers: &self.call.headers,
            cookie: cookie.as_deref(),
            body: &self.call.body,
            first,
            fallback_user_agent: &self.lane.fallback_user_agent,
            to_proxy: self
                .via
                .as_deref()
                .filter(|proxy| proxy.takes_whole_urls(&self.call.url)),
        };
        request.encode()
    }

    fn cookie_header(&mut self, first: bool) -> Option<Vec<u8>> {
        let call = &mut *self.call;
        // Made only where there is a cookie to choose: most calls have none.
        let site = || Site::of(&call.url, call.headers.get("host"), call.dialect);
        if let Some(own) = &mut call.cookies {
            if !first {
                // requests merges the session's into them before it follows a redirect.
                own.take_over(&call.session.cookies());
            }
            return own.header_for(&site(), wall_clock());
        }
        let mut jar = call.session.cookies();
        if jar.is_empty() {
            None
        } else {
            jar.header_for(&site(), wall_clock())
        }
    }
}

//! One cookie jar on two sides. The engine's jar serves the wire; the Python jar exists once somebody has
//! looked at `client.cookies`, and from then on each side takes over the other's changes around a call.
use parking_lot::Mutex;
use pyo3::intern;
use pyo3::prelude::*;
use rlocust_engine::http::{Cookie, Session};

/// The keeper of both sides' versions.
pub struct Jar(Mutex<Option<Shared>>);

struct Shared {
    jar: Py<PyAny>,
    /// The Python jar's `edits` and the engine jar's version when both last held the same.
    edits: u64,
    version: u64,
}

/// A cookie as `SessionCookies` takes and gives it: the attributes of `http.cookiejar.Cookie`.
type Row = (
    (String, Option<String>, String, String),
    (Option<String>, bool, bool, bool, bool),
    (bool, Option<i64>, bool, bool),
    (Option<String>, Option<String>),
    Vec<(String, Option<String>)>,
);

impl Jar {
    pub fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// The Python jar of class `class`, made and filled on first use.
    pub fn python<'py>(
        &self,
        py: Python<'py>,
        session: &Session,
        class: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(shared) = &*self.0.lock() {
            return Ok(shared.jar.bind(py).clone());
        }
        let jar = class.call0()?;
        *self.0.lock() = Some(Shared {
            jar: jar.clone().unbind(),
            edits: 0,
            version: u64::MAX,
        });
        self.after_call(py, session)?;
        Ok(jar)
    }

    /// Takes the script's edits over into the engine's jar.
    pub fn before_call(&self, py: Python<'_>, session: &Session) -> PyResult<()> {
        let Some((jar, known)) = self
            .0
            .lock()
            .as_ref()
            .map(|shared| (shared.jar.clone_ref(py), shared.edits))
        else {
            return Ok(());
        };
        let jar = jar.bind(py);
        let edits: u64 = jar.getattr(intern!(py, "edits"))?.extract()?;
        if edits == known {
            return Ok(());
        }
        let rows: Vec<Row> = jar.call_method0(intern!(py, "rows"))?.extract()?;
        let mut cookies = session.cookies();
        cookies.clear();
        for row in rows {
            cookies.set(cookie(row));
        }
        let version = cookies.version();
        drop(cookies);
        self.agree(edits, version);
        Ok(())
    }

    /// Takes what answers set over into the Python jar.
    pub fn after_call(&self, py: Python<'_>, session: &Session) -> PyResult<()> {
        let Some((jar, known)) = self
            .0
            .lock()
            .as_ref()
            .map(|shared| (shared.jar.clone_ref(py), shared.version))
        else {
            return Ok(());
        };
        let (rows, version) = {
            let cookies = session.cookies();
            let version = cookies.version();
            if version == known {
                return Ok(());
            }
            (cookies.iter().map(row).collect::<Vec<Row>>(), version)
        };
        let jar = jar.bind(py);
        jar.call_method1(intern!(py, "adopt"), (rows,))?;
        let edits: u64 = jar.getattr(intern!(py, "edits"))?.extract()?;
        self.agree(edits, version);
        Ok(())
    }

    fn agree(&self, edits: u64, version: u64) {
        if let Some(shared) = &mut *self.0.lock() {
            (shared.edits, shared.version) = (edits, version);
        }
    }
}

fn row(cookie: &Cookie) -> Row {
    (
        (
            cookie.name.clone(),
            cookie.value.clone(),
            cookie.domain.clone(),
            cookie.path.clone(),
        ),
        (
            cookie.port.clone(),
            cookie.port_specified,
            cookie.domain_specified,
            cookie.domain_initial_dot,
            cookie.path_specified,
        ),
        (
            cookie.secure,
            cookie.expires,
            cookie.discard,
            cookie.rfc2109,
        ),
        (cookie.comment.clone(), cookie.comment_url.clone()),
        cookie.rest.clone(),
    )
}

fn cookie(row: Row) -> Cookie {
    let (
        (name, value, domain, path),
        (port, port_specified, domain_specified, domain_initial_dot, path_specified),
        (secure, expires, discard, rfc2109),
        (comment, comment_url),
        rest,
    ) = row;
    Cookie {
        name,
        value,
        port,
        port_specified,
        domain,
        domain_specified,
        domain_initial_dot,
        path,
        path_specified,
        secure,
        expires,
        discard,
        comment,
        comment_url,
        rest,
        rfc2109,
    }
}

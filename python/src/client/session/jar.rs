//! One cookie jar on two sides. The engine's jar serves the wire; the Python jar exists once somebody has
//! looked at `client.cookies`, and from then on each side takes over the other's changes around a call.
use parking_lot::Mutex;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use rlocust_engine::http::{Cookie, CookieJar, Session};

/// The keeper of both sides' versions.
pub struct Jar(Mutex<Option<Shared>>);

struct Shared {
    jar: Py<PyAny>,
    /// The Python jar's `edits` and the engine jar's version when both last held the same.
    edits: u64,
    version: u64,
}

/// A cookie as `SessionCookies` takes and gives it: the attributes of `http.cookiejar.Cookie`.
pub type Row = (
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

    /// For the garbage collector, which may not wait.
    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self.0.try_lock().as_deref() {
            Some(Some(shared)) => visit.call(&shared.jar),
            _ => Ok(()),
        }
    }

    /// Whether this object is the Python jar, and the engine can do what it does.
    pub fn is(&self, jar: &Bound<'_, PyAny>) -> PyResult<bool> {
        let is_own = (self.0.lock().as_ref()).is_some_and(|shared| shared.jar.is(jar));
        Ok(is_own && jar.getattr(intern!(jar.py(), "is_in_step"))?.is_truthy()?)
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
        let shared = Shared {
            jar: jar.clone().unbind(),
            edits: 0,
            version: u64::MAX,
        };
        let replaced = self.0.lock().replace(shared);
        drop(replaced); // after the lock is given back: its destructor may run Python code
        self.after_call(py, session)?;
        Ok(jar)
    }

    /// Brings both sides to the same cookies before a call. Where both have changed, because calls of one
    /// session overlap, the script's own cookies win.
    pub fn before_call(&self, py: Python<'_>, session: &Session) -> PyResult<()> {
        self.level(py, session)
    }

    /// Takes what answers set over into the Python jar.
    pub fn after_call(&self, py: Python<'_>, session: &Session) -> PyResult<()> {
        self.level(py, session)
    }

    fn level(&self, py: Python<'_>, session: &Session) -> PyResult<()> {
        let shared = self
            .0
            .lock()
            .as_ref()
            .map(|shared| (shared.jar.clone_ref(py), shared.edits, shared.version));
        let Some((jar, known_edits, known_version)) = shared else {
            return Ok(());
        };
        let jar = jar.bind(py);
        let edits = edits(jar)?;
        let version = session.cookies().version();
        match (edits == known_edits, version == known_version) {
            (true, true) => Ok(()),
            (true, false) => self.adopt(jar, session),
            (false, is_engine_same) => self.push(jar, edits, session, is_engine_same),
        }
    }

    /// The engine's cookies into the Python jar.
    fn adopt(&self, jar: &Bound<'_, PyAny>, session: &Session) -> PyResult<()> {
        let py = jar.py();
        let (rows, version) = {
            let cookies = session.cookies();
            (
                cookies.iter().map(row).collect::<Vec<Row>>(),
                cookies.version(),
            )
        };
        jar.call_method1(intern!(py, "adopt"), (rows,))?;
        self.agree(edits(jar)?, version);
        Ok(())
    }

    /// The script's cookies into the engine's jar: in the place of what is there, or beside it.
    fn push(
        &self,
        jar: &Bound<'_, PyAny>,
        edits: u64,
        session: &Session,
        replaces: bool,
    ) -> PyResult<()> {
        let rows: Vec<Row> = jar.call_method0(intern!(jar.py(), "rows"))?.extract()?;
        let version = {
            let mut cookies = session.cookies();
            if replaces {
                cookies.clear();
            }
            for row in rows {
                cookies.set(cookie(row));
            }
            cookies.version()
        };
        if replaces {
            self.agree(edits, version);
            return Ok(());
        }
        self.adopt(jar, session)
    }

    fn agree(&self, edits: u64, version: u64) {
        if let Some(shared) = &mut *self.0.lock() {
            (shared.edits, shared.version) = (edits, version);
        }
    }
}

/// How often the Python jar, or a cookie in it, was changed from Python.
fn edits(jar: &Bound<'_, PyAny>) -> PyResult<u64> {
    let py = jar.py();
    jar.getattr(intern!(py, "edits"))?
        .getattr(intern!(py, "count"))?
        .extract()
}

/// A jar of its own with these cookies.
pub fn filled(rows: Vec<Row>) -> CookieJar {
    let mut jar = CookieJar::new();
    for row in rows {
        jar.set(cookie(row));
    }
    jar
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

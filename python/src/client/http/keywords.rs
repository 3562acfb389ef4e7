//! The keyword arguments of `HttpSession.request` that the native road knows.
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// The keyword arguments of a call that the native road knows.
pub struct Keywords<'py> {
    pub params: Option<Bound<'py, PyAny>>,
    pub headers: Option<Bound<'py, PyAny>>,
    pub auth: Option<Bound<'py, PyAny>>,
    pub timeout: Option<Bound<'py, PyAny>>,
    pub verify: Option<Bound<'py, PyAny>>,
    pub cert: Option<Bound<'py, PyAny>>,
    pub follow: bool,
}

impl<'py> Keywords<'py> {
    pub fn read(kwargs: &Bound<'py, PyDict>) -> PyResult<Option<Self>> {
        let mut keywords = Self {
            params: None,
            headers: None,
            auth: None,
            timeout: None,
            verify: None,
            cert: None,
            follow: true,
        };
        for (name, value) in kwargs.iter() {
            let name = name.cast_into::<PyString>()?;
            let name = name.to_cow()?;
            if &*name == "allow_redirects" {
                keywords.follow = value.is_truthy()?;
            } else if !value.is_none() {
                match &*name {
                    "params" => keywords.params = Some(value),
                    "headers" => keywords.headers = Some(value),
                    "auth" => keywords.auth = Some(value),
                    "timeout" => keywords.timeout = Some(value),
                    "verify" => keywords.verify = Some(value),
                    "cert" => keywords.cert = Some(value),
                    "stream" if !value.is_truthy()? => {}
                    _ => return Ok(None),
                }
            } else if !is_argument(&name) {
                return Ok(None);
            }
        }
        Ok(Some(keywords))
    }
}

fn is_argument(name: &str) -> bool {
    const OTHERS: [&str; 11] = [
        "params", "headers", "cookies", "files", "auth", "timeout", "proxies", "hooks", "stream",
        "verify", "cert",
    ];
    OTHERS.contains(&name)
}

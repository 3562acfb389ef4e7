//! URLs spelt once: suites ask for the same few again and again, and spelling one costs more than
//! finding it here.
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use parking_lot::Mutex;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;
use rlocust_engine::http::{Url, quote};
use rlocust_engine::stats::bare_name;

/// URLs kept per client; a suite with more different ones starts anew.
const MOST: usize = 1024;
/// Longer ones are hardly ever asked for twice.
const LONGEST: usize = 256;

type Known = LazyLock<Mutex<HashMap<String, Url>>>;

static REQUESTS: Known = LazyLock::new(Mutex::default);
static GHC: Known = LazyLock::new(Mutex::default);

/// For whatever we write or log: the URL without its user and password.
#[pyfunction]
pub fn without_user_info(url: &str) -> String {
    rlocust_engine::model::without_user_info(url).into_owned()
}

/// The name of a request that was given none: its URL as it was written, without its user and password.
#[pyfunction]
pub fn name_of_url(url: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    if let Ok(text) = url.cast::<PyString>()
        && let Ok(text) = text.to_cow()
        && let Cow::Owned(bare) = bare_name(&text)
    {
        return Ok(bare.into_pyobject(url.py())?.into_any().unbind());
    }
    Ok(url.clone().unbind())
}

/// `base_url + url`, or `url` itself if it is absolute; `None` where only Python can put them together.
pub fn complete(session: &Bound<'_, PyAny>, url: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let Ok(url) = url.cast_exact::<PyString>() else {
        return Ok(None);
    };
    let url = url.to_cow()?;
    if is_absolute(&url) {
        return Ok(Some(url.into_owned()));
    }
    let base = session.getattr(intern!(session.py(), "base_url"))?;
    let Ok(base) = base.cast::<PyString>() else {
        return Ok(None);
    };
    let base = base.to_cow()?;
    let mut complete = String::with_capacity(base.len() + url.len());
    complete.push_str(&base);
    complete.push_str(&url);
    Ok(is_absolute(&complete).then_some(complete))
}

/// Locust's test for an absolute URL: `^https?://`, whatever the case.
fn is_absolute(url: &str) -> bool {
    let has = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    has("http://") || has("https://")
}

/// The URL as `requests` sends it; `None` where only `requests` can judge it.
pub fn for_requests(text: &str, query: &str) -> Option<Url> {
    known(&REQUESTS, text, query, |text, query| {
        let url = quote::requests_url(text, query).ok()?;
        let is_ours = !url.as_str().contains('@') && is_plain_host(url.host());
        is_ours.then_some(url)
    })
}

/// The URL as geventhttpclient sends it; `None` where only geventhttpclient can judge it.
pub fn for_geventhttpclient(text: &str, query: Option<&str>) -> Option<Url> {
    let spell = |text: &str, query: Option<&str>| {
        let url = quote::ghc_url(text, query).ok()?;
        let is_ours = !url.target().starts_with("//") && is_plain_host(url.host());
        is_ours.then_some(url)
    };
    match query {
        Some(_) => spell(text, query),
        None => known(&GHC, text, "", |text, _| spell(text, None)),
    }
}

fn known(
    known: &Known,
    text: &str,
    query: &str,
    spell: impl Fn(&str, &str) -> Option<Url>,
) -> Option<Url> {
    if !query.is_empty() || text.len() > LONGEST {
        return spell(text, query);
    }
    if let Some(url) = known.lock().get(text) {
        return Some(url.clone());
    }
    let url = spell(text, query)?;
    let mut known = known.lock();
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(text.to_owned(), url.clone());
    Some(url)
}

/// Whether every label of the host fits into DNS; what to say of others the Python clients know.
pub fn is_plain_host(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    name.split('.').all(|label| (1..=63).contains(&label.len()))
}

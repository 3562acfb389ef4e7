//! TLS settings of a session as shared profiles: one for every combination that occurs.
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, OnceLock};

use parking_lot::Mutex;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString, PyTuple};
use rlocust_engine::http::{ClientCertificate, TlsProfile, TlsSetupError, Verify};

type Combination = (Verify, Option<ClientCertificate>);

/// Nothing stands for settings that rustls cannot use. Files that cannot be read are looked for again.
static PROFILES: LazyLock<Mutex<HashMap<Combination, Option<Arc<TlsProfile>>>>> =
    LazyLock::new(Mutex::default);
static DEFAULT: OnceLock<Arc<TlsProfile>> = OnceLock::new();
static OF_GEVENTHTTPCLIENT: OnceLock<Arc<TlsProfile>> = OnceLock::new();
static UNVERIFIED: OnceLock<Arc<TlsProfile>> = OnceLock::new();

/// The profile for `verify=` and `cert=` as `requests` understands them; `None` where its own way
/// must be taken (unreadable files, settings that rustls refuses).
pub fn profile(
    py: Python<'_>,
    verify: Option<&Bound<'_, PyAny>>,
    cert: Option<&Bound<'_, PyAny>>,
) -> PyResult<Option<Arc<TlsProfile>>> {
    let verify = match verify {
        Some(verify) if verify.is_none() => None,
        verify => verify,
    };
    if verify.is_none() && cert.is_none_or(PyAnyMethods::is_none) {
        // Also for plain http: a redirect may lead to https.
        return default_profile(py);
    }
    let Some(verify) = read_verify(py, verify)? else {
        return Ok(None);
    };
    let Some(cert) = read_cert(cert)? else {
        return Ok(None);
    };
    Ok(shared((verify, cert)))
}

/// What geventhttpclient verifies by (`FastHttpUser` with `insecure = False`): the system's bundle where there is
/// one, found by OpenSSL's rules (`SSL_CERT_FILE`), else certifi's.
pub fn of_geventhttpclient(py: Python<'_>) -> PyResult<Option<Arc<TlsProfile>>> {
    if let Some(profile) = OF_GEVENTHTTPCLIENT.get() {
        return Ok(Some(Arc::clone(profile)));
    }
    let bundle: PathBuf = py
        .import(intern!(py, "geventhttpclient.connectionpool"))?
        .getattr(intern!(py, "_CA_CERTS"))?
        .extract()?;
    let profile = shared((roots(py, bundle), None)).unwrap_or_else(TlsProfile::none);
    Ok(Some(Arc::clone(
        OF_GEVENTHTTPCLIENT.get_or_init(|| profile),
    )))
}

/// The settings of a client that verifies nobody (`FastHttpUser` by default).
pub fn unverified() -> Arc<TlsProfile> {
    let make = || shared((Verify::Nobody, None)).unwrap_or_else(TlsProfile::none);
    Arc::clone(UNVERIFIED.get_or_init(make))
}

fn shared(combination: Combination) -> Option<Arc<TlsProfile>> {
    let mut profiles = PROFILES.lock();
    if let Some(profile) = profiles.get(&combination) {
        return profile.clone();
    }
    let profile = match TlsProfile::new(&combination.0, combination.1.as_ref()) {
        Ok(profile) => Some(profile),
        Err(TlsSetupError::File { .. }) => return None,
        Err(_) => None,
    };
    profiles.insert(combination, profile.clone());
    profile
}

fn read_verify(py: Python<'_>, verify: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Verify>> {
    let Some(verify) = verify else {
        return Ok(Some(roots(py, bundle(py)?)));
    };
    if let Ok(flag) = verify.cast_exact::<PyBool>() {
        let verify = if flag.is_true() {
            roots(py, bundle(py)?)
        } else {
            Verify::Nobody
        };
        return Ok(Some(verify));
    }
    Ok(path(verify)?.map(|path| roots(py, path)))
}

/// A path that is given as text: its bytes are those of `os.fsencode`.
fn path(given: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    let text = given.cast_exact::<PyString>().ok();
    text.map(|text| text.extract()).transpose()
}

/// Since 3.13 Python lets chains end at any given certificate, before at self-signed ones only.
fn roots(py: Python<'_>, path: PathBuf) -> Verify {
    Verify::Roots {
        path,
        partial_chains: py.version_info() >= (3, 13),
    }
}

/// The authorities `requests` trusts by default: certifi's.
fn bundle(py: Python<'_>) -> PyResult<PathBuf> {
    py.import(intern!(py, "requests.utils"))?
        .getattr(intern!(py, "DEFAULT_CA_BUNDLE_PATH"))?
        .extract()
}

#[expect(
    clippy::option_option,
    reason = "no certificate and an unknown form are different things"
)]
fn read_cert(cert: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Option<ClientCertificate>>> {
    let Some(cert) = cert.filter(|cert| !cert.is_none()) else {
        return Ok(Some(None));
    };
    if let Some(certificate) = path(cert)? {
        return Ok(Some(Some(ClientCertificate {
            certificate,
            key: None,
        })));
    }
    let Ok(pair) = cert.cast_exact::<PyTuple>() else {
        return Ok(None);
    };
    let Ok((certificate, key)) = pair.extract::<(PathBuf, PathBuf)>() else {
        return Ok(None);
    };
    Ok(Some(Some(ClientCertificate {
        certificate,
        key: Some(key),
    })))
}

fn default_profile(py: Python<'_>) -> PyResult<Option<Arc<TlsProfile>>> {
    if let Some(profile) = DEFAULT.get() {
        return Ok(Some(Arc::clone(profile)));
    }
    let profile = shared((roots(py, bundle(py)?), None)).unwrap_or_else(TlsProfile::none);
    Ok(Some(Arc::clone(DEFAULT.get_or_init(|| profile))))
}

//! What a session's attributes ask for, as far as the native road honours it.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::client::attributes::attributes_of;
use crate::client::http::containers;
use crate::client::http::shim::Shim;
use crate::client::session::sender::Sender;

/// The attributes of a session that show in its calls.
pub struct Settings<'py> {
    pub headers: Option<Bound<'py, PyAny>>,
    pub auth: Option<Bound<'py, PyAny>>,
    pub verify: Option<Bound<'py, PyAny>>,
    pub cert: Option<Bound<'py, PyAny>>,
    pub max_redirects: u32,
}

/// The attributes of the session that matter, if the native road honours them all.
pub fn settings_of<'py>(
    shim: &Shim,
    session: &Bound<'py, PyAny>,
    sender: &Sender,
) -> PyResult<Option<Settings<'py>>> {
    let attributes = attributes_of(session)?;
    let mut settings = Settings {
        headers: None,
        auth: None,
        verify: None,
        cert: None,
        max_redirects: 30,
    };
    let mut ignores_environment = false;
    let py = session.py();
    // In every session; Python keeps one text for a name.
    let silent = [
        intern!(py, "base_url"),
        intern!(py, "request_event"),
        intern!(py, "user"),
        intern!(py, "_client"),
    ];
    for (name, value) in attributes.iter() {
        if silent.iter().any(|silent| name.is(silent)) {
            continue;
        }
        let name = name.cast_into::<PyString>()?;
        match &*name.to_cow()? {
            "trust_env" => ignores_environment = !value.is_truthy()?,
            "headers" => settings.headers = Some(value),
            "auth" => settings.auth = value.is_truthy()?.then_some(value),
            "verify" => settings.verify = Some(value),
            "cert" => settings.cert = value.is_truthy()?.then_some(value),
            "max_redirects" => settings.max_redirects = value.extract()?,
            // Empty containers ask for nothing; a filled one is judged by `requests_call.prepare`.
            "proxies" | "params" | "stream" if value.is_truthy()? => return Ok(None),
            "cookies" if !sender.is_own_jar(&value)? => return Ok(None),
            "hooks" if !containers::holds_no_hook(&value)? => return Ok(None),
            "adapters" if !containers::are_own_adapters(&value, &shim.adapter)? => {
                return Ok(None);
            }
            // Methods of this one session stand here too: requests' road calls them, ours would not.
            "_pool_manager"
            | "send"
            | "request"
            | "prepare_request"
            | "get_adapter"
            | "_build_url"
            | "_send_request_safe_mode"
            | "merge_environment_settings"
            | "resolve_redirects"
            | "get_redirect_target"
            | "should_strip_auth"
            | "rebuild_auth"
            | "rebuild_method"
            | "rebuild_proxies" => return Ok(None),
            _ => {}
        }
    }
    Ok(ignores_environment.then_some(settings))
}

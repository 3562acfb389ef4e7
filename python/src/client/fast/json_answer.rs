//! What `response.json()` of a `FastHttpSession` answers, read straight from the body that the engine received.
use pyo3::intern;
use pyo3::prelude::*;

use crate::client::attributes::attributes_of;
use crate::client::fast::shim::Shim;
use crate::client::json::{
    Encoding, JsonOriginals, answered, are_intact, charset, content_type, name_in,
    or_not_implemented, parsed,
};

/// A response of `FastHttpSession`; `NotImplemented` where Python has to parse it.
#[pyfunction]
pub fn parsed_by_agent(response: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    or_not_implemented(response.py(), parsed_of(response)?)
}

fn parsed_of<'py>(response: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = response.py();
    let (class, shim) = (response.get_type(), Shim::get(py));
    let is_known = class.is(&shim.response) || class.is(&shim.with_block);
    if !is_known || !are_intact(py, JsonOriginals::of_agent(py))? {
        return Ok(None);
    }
    let fields = attributes_of(response)?;
    let exchange = fields.get_item(intern!(py, "_exchange"))?;
    let encoding = fields.get_item(intern!(py, "encoding"))?;
    let Some(hop) = exchange.as_ref().and_then(answered) else {
        return Ok(None);
    };
    let given = encoding.filter(|encoding| !encoding.is_none());
    let name = match &given {
        Some(given) => name_in(given).ok().flatten(),
        None => content_type(hop).and_then(charset),
    };
    let text = name.and_then(|name| Encoding::named(name)?.text_of(&hop.body));
    let value = text.and_then(|text| parsed(py, text));
    if given.is_none() && value.is_some() {
        response.setattr(intern!(py, "encoding"), name)?; // which `text` leaves there
    }
    Ok(value)
}

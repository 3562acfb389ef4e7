//! An order that the script thread has taken: what is asked, and the receipt that it owes.
use parking_lot::Mutex;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::run::{HttpAnswer, HttpRequest, Order, TakenOrder};

/// Method, path, query, headers and body.
type Request<'a> = (&'a str, &'a str, &'a str, Vec<(String, String)>, &'a [u8]);

/// One order; forgotten without an answer it counts as refused.
#[pyclass(frozen, name = "Order", module = "rlocust._native")]
pub struct PyOrder {
    json: String,
    request: Option<HttpRequest>,
    taken: Mutex<Option<TakenOrder>>,
}

impl PyOrder {
    pub fn new(mut taken: TakenOrder) -> PyResult<Self> {
        let json = serde_json::to_string(&taken.order);
        let request = match &mut taken.order {
            Order::Http(request) => Some(std::mem::take(request)),
            _ => None,
        };
        Ok(Self {
            request,
            json: json.map_err(|error| PyValueError::new_err(error.to_string()))?,
            taken: Mutex::new(Some(taken)),
        })
    }
}

#[pymethods]
impl PyOrder {
    /// The order as a JSON object; its key `order` says what is asked.
    #[getter]
    fn json(&self) -> &str {
        &self.json
    }

    /// Of an order `http`, the request as it came: method, path, query, headers, body.
    #[getter]
    fn request(&self) -> Option<Request<'_>> {
        let request = self.request.as_ref()?;
        Some((
            &request.method,
            &request.path,
            &request.query,
            request.headers.clone(),
            &request.body,
        ))
    }

    /// Of an order `http`, the number of the interface that was asked.
    #[getter]
    fn interface(&self) -> u64 {
        self.request.as_ref().map_or(0, |request| request.interface)
    }

    /// The answer to a request.
    fn answer(&self, status: u16, headers: Vec<(String, String)>, body: Vec<u8>) {
        if let Some(taken) = self.taken.lock().take() {
            taken.answer(HttpAnswer {
                status,
                headers,
                body,
            });
        }
    }

    fn done(&self) {
        if let Some(taken) = self.taken.lock().take() {
            taken.done();
        }
    }

    /// `why` is one line.
    fn refuse(&self, why: String) {
        if let Some(taken) = self.taken.lock().take() {
            taken.refuse(why);
        }
    }
}

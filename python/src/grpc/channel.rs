//! A channel and its methods as Python sees them.
use std::sync::Arc;
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rlocust_engine::clock;
use rlocust_engine::grpc::{Answers, CallOptions, Channel, Method, Target};
use rlocust_engine::http::Url;
use rlocust_engine::model::Lag;

use crate::client::request::tls;
use crate::hub::{self, Hub};

use super::call::PyGrpcCall;
use super::ending::PyGrpcEnding;
use super::message::outgoing;
use super::metadata::given;

/// More is as good as for ever.
const LONGEST: f64 = 365.0 * 86_400.0;

/// What Python gives for a channel.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Wanted {
    url: String,
    timeout: f64,
    max_receive: usize,
    verify: Option<Py<PyAny>>,
    cert: Option<Py<PyAny>>,
}

/// What Python gives for a call: metadata, seconds, whether it waits for a server, whether its messages are packed.
type Given<'py> = (Option<Bound<'py, PyAny>>, Option<f64>, bool, bool);

/// One user's connection to a target.
#[pyclass(frozen, name = "GrpcChannel")]
pub struct PyGrpcChannel {
    channel: Arc<Channel>,
    hub: &'static Hub,
}

/// A method of a service on a channel.
#[pyclass(frozen, name = "GrpcMethod")]
pub struct PyGrpcMethod {
    channel: Arc<Channel>,
    method: Arc<Method>,
    answers: Answers,
    hub: &'static Hub,
}

#[pymethods]
impl PyGrpcChannel {
    /// Opens nothing yet. `ValueError` for what no channel can be to.
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
    fn new(py: Python<'_>, wanted: Wanted) -> PyResult<Self> {
        let target = wanted.target(py)?;
        let hub = hub::hub(py)?;
        let channel = Arc::new(Channel::new(&hub.engine, target));
        Ok(Self { channel, hub })
    }

    /// A method of a service by its path. `ValueError` where it is none.
    fn method(&self, path: &str, answers_many: bool) -> PyResult<PyGrpcMethod> {
        let method = Method::new(self.channel.target(), path);
        let method = method.map_err(|why| PyValueError::new_err(why.to_string()))?;
        Ok(PyGrpcMethod {
            channel: Arc::clone(&self.channel),
            method: Arc::new(method),
            answers: if answers_many {
                Answers::Many
            } else {
                Answers::One
            },
            hub: self.hub,
        })
    }

    /// Ends its calls and its connection, for good.
    fn close(&self) {
        self.channel.close();
    }
}

#[pymethods]
impl PyGrpcMethod {
    /// Sends one message and waits for the end; `None` for the message where more are to come.
    fn unary(
        &self,
        py: Python<'_>,
        message: &Bound<'_, PyBytes>,
        given: Given<'_>,
    ) -> PyResult<PyGrpcEnding> {
        let submitted = clock::instant();
        let call = self.begin(py, Some(message), given)?;
        let ending = call.wait_for_end(py)?;
        self.hub.log_lag(Lag::Resume, ending.ended.elapsed());
        let submit = ending.began.saturating_duration_since(submitted);
        self.hub.log_lag(Lag::Submit, submit);
        Ok(call.show(ending))
    }

    /// Begins a call, with its only message or before all of them.
    fn start(
        &self,
        py: Python<'_>,
        message: Option<&Bound<'_, PyBytes>>,
        given: Given<'_>,
    ) -> PyResult<PyGrpcCall> {
        self.begin(py, message, given)
    }
}

impl PyGrpcMethod {
    fn begin(
        &self,
        py: Python<'_>,
        message: Option<&Bound<'_, PyBytes>>,
        given: Given<'_>,
    ) -> PyResult<PyGrpcCall> {
        let text = "this channel was made before the process forked; make one in this process";
        self.hub.check_process(py, text)?;
        if self.channel.is_closed() {
            let text = "Cannot invoke RPC on closed channel!"; // grpcio's words
            return Err(PyValueError::new_err(text));
        }
        let is_packed = given.3;
        let asked = asked(given, message, self.answers)?;
        let (rpc, command) = self.channel.call(&self.method, asked, self.hub.wake());
        self.hub.send(command);
        Ok(PyGrpcCall::new(rpc, is_packed, self.hub))
    }
}

fn asked(
    (metadata, timeout, waits_for_ready, is_packed): Given<'_>,
    message: Option<&Bound<'_, PyBytes>>,
    answers: Answers,
) -> PyResult<CallOptions> {
    let message = message.map(|message| outgoing(message.as_bytes(), is_packed));
    Ok(CallOptions {
        metadata: given(metadata.as_ref())?,
        is_whole: message.is_some(),
        message,
        answers,
        is_packed,
        limit: timeout.map(limit).transpose()?,
        waits_for_ready,
    })
}

impl Wanted {
    fn target(&self, py: Python<'_>) -> PyResult<Target> {
        let url = Url::parse(&self.url)
            .map_err(|why| PyValueError::new_err(format!("the target `{}`: {why}", self.url)))?;
        let verify = self.verify.as_ref().map(|given| given.bind(py));
        let cert = self.cert.as_ref().map(|given| given.bind(py));
        let tls = tls::profile(py, verify, cert)?.ok_or_else(|| {
            let text = "`verify` and `cert` must be files that can be read, of certificates and a key without a password";
            PyValueError::new_err(text)
        })?;
        let mut target = Target::new(url, tls);
        if self.timeout.is_nan() || self.timeout <= 0.0 {
            let text = format!(
                "connect_timeout: `{}` is no time limit; give a number of seconds above 0",
                self.timeout
            );
            return Err(PyValueError::new_err(text));
        }
        target.connect_limit = limit(self.timeout)?;
        target.max_receive = self.max_receive;
        Ok(target)
    }
}

/// What is over already ends at once, as with grpcio.
fn limit(seconds: f64) -> PyResult<Duration> {
    if seconds.is_nan() {
        let text = format!("timeout: `{seconds}` is no time limit; give a number of seconds");
        return Err(PyValueError::new_err(text));
    }
    Ok(Duration::from_secs_f64(seconds.clamp(0.0, LONGEST)))
}

//! A call that a Python library carries, past the engine: its sample and its attempts enter the account here, whatever
//! becomes of it. What Python sees of the call it says at its end; see `rlocust/_clients/python_call.py`.
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use pyo3::prelude::*;
use pyo3::types::PyType;
use rlocust_engine::model::{Attempts, CallEnd, Ended, Reported};
use rlocust_engine::stats::{Recorder, SampleAccount};

use crate::client::reply::place::{self, Place};

/// One call, from its beginning until somebody reports its sample.
#[pyclass(frozen, name = "PythonCall", module = "rlocust._native")]
pub struct PyPythonCall {
    recorder: Option<Arc<Recorder>>,
    /// Where the suite made it.
    place: Option<Place>,
    ended: OnceLock<(SampleAccount, CallEnd)>,
    is_over: AtomicBool,
}

#[pymethods]
impl PyPythonCall {
    /// The library has given it back: the sample is open from now on. `seen` are its attempts, if all were seen:
    /// answered, failed after sending, failed before.
    #[pyo3(signature = (seen=None))]
    fn finish(&self, seen: Option<(u32, u32, u32)>) {
        let attempts = seen.map(
            |(answered, failed_after_send, failed_before_send)| Attempts {
                answered,
                failed_after_send,
                failed_before_send,
                ..Attempts::default()
            },
        );
        if let Some(recorder) = &self.recorder {
            recorder.book_python_call(attempts.as_ref());
        }
        self.end();
        let is_unsent = attempts.is_some_and(|seen| !seen.is_any_on_the_wire());
        let end = CallEnd {
            attempts: attempts.unwrap_or_default(),
            how: if is_unsent {
                Ended::Failed
            } else {
                Ended::Answered
            },
        };
        let account = SampleAccount::open(self.recorder.as_ref());
        self.ended.set((account, end)).ok();
    }

    /// An exception was thrown into the wait for it: nobody will report it.
    fn cut(&self) {
        if let Some(recorder) = &self.recorder {
            recorder.book_python_cut();
        }
        self.end();
    }

    /// Notes that the outcome was given to the `request` event.
    #[pyo3(name = "reported")]
    fn reported_by_python(&self, is_failure: bool) {
        self.report(if is_failure {
            Reported::Failure
        } else {
            Reported::Success
        });
    }

    /// A response may be copied; its account stays with the first.
    #[staticmethod]
    fn __reduce__(py: Python<'_>) -> (Bound<'_, PyType>, ()) {
        (py.None().bind(py).get_type(), ())
    }
}

impl PyPythonCall {
    /// A call that begins now, for the account of this recorder.
    pub fn begin(py: Python<'_>, recorder: Option<&Arc<Recorder>>) -> PyResult<Self> {
        let place = place::of_call(py)?;
        if let Some(recorder) = recorder {
            recorder.python_call_began();
        }
        Ok(Self {
            recorder: recorder.map(Arc::clone),
            place,
            ended: OnceLock::new(),
            is_over: AtomicBool::new(false),
        })
    }

    /// The library carries it no more.
    fn end(&self) {
        if !self.is_over.swap(true, Ordering::Relaxed)
            && let Some(recorder) = &self.recorder
        {
            recorder.python_call_ended();
        }
    }

    /// Counts the sample. False when it was counted before.
    pub fn report(&self, reported: Reported) -> bool {
        (self.ended.get()).is_some_and(|(account, end)| account.report(reported, end))
    }
}

impl Drop for PyPythonCall {
    fn drop(&mut self) {
        self.end();
        if let Some((account, _)) = self.ended.get()
            && !account.is_reported()
        {
            place::note_as_unreported(self.place.as_ref());
        }
    }
}

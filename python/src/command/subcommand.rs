//! What the command `rlocust` does beside running locustfiles: its subcommands.
use std::ffi::OsString;
use std::io::{ErrorKind, Write as _};
use std::net::{SocketAddr, ToSocketAddrs as _};

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use rlocust_engine::app::{self, CommandOutput};
use rlocust_engine::cli::{
    self,
    subcommand::{self, DemoArguments, Subcommand},
};
use rlocust_engine::demo;

use crate::command::cli::SubcommandRefused;
use crate::paths::os_string;

/// The subcommand named by the first argument, as a dict with `name`, or None where there is none.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub fn cli_subcommand<'py>(
    py: Python<'py>,
    program: &str,
    arguments: Vec<Bound<'_, PyString>>,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let arguments: Vec<OsString> = arguments.iter().map(os_string).collect::<PyResult<_>>()?;
    let parsed = subcommand::parse(program, &arguments)
        .map_err(|refusal| SubcommandRefused::new_err((refusal.text, refusal.exit_code)))?;
    parsed
        .map(|subcommand| describe(py, program, &subcommand))
        .transpose()
}

/// The subcommand that a word resembles which is none.
#[pyfunction]
pub fn cli_closest_subcommand(word: &str) -> Option<String> {
    subcommand::closest_subcommand(word)
}

fn describe<'py>(
    py: Python<'py>,
    program: &str,
    subcommand: &Subcommand,
) -> PyResult<Bound<'py, PyDict>> {
    let words = PyDict::new(py);
    match subcommand {
        Subcommand::Demo(DemoArguments { host, port }) => {
            words.set_item("name", "demo")?;
            words.set_item("host", host)?;
            words.set_item("port", port)?;
        }
        Subcommand::Completions { shell } => {
            words.set_item("name", "completions")?;
            words.set_item("script", cli::completions(program, *shell))?;
        }
        // Pure reading and writing of files; Python prints what there is to say, and writes databases.
        Subcommand::Report(arguments) => {
            words.set_item("file", &arguments.file)?;
            words.set_item("sqlite", &arguments.sqlite)?;
            say(
                &words,
                "report",
                py.detach(|| app::report::report(arguments)),
            )?;
        }
        Subcommand::Compare(arguments) => {
            say(
                &words,
                "compare",
                py.detach(|| app::compare::compare(arguments)),
            )?;
        }
        Subcommand::Run => words.set_item("name", "run")?,
        Subcommand::Profile => words.set_item("name", "profile")?,
        Subcommand::Version => words.set_item("name", "version")?,
    }
    Ok(words)
}

fn say(words: &Bound<'_, PyDict>, name: &str, output: CommandOutput) -> PyResult<()> {
    words.set_item("name", name)?;
    words.set_item("text", output.text)?;
    words.set_item("errors", output.errors)?;
    words.set_item("exit_code", output.exit_code)
}

/// Where the demo site is served if nobody says otherwise.
const USUAL_PORT: u16 = 8000;

/// Serves the demo site until SIGINT or SIGTERM; prints its address once connections are taken, and what to try next.
/// Without a port it takes the usual one, or a free one where that is taken.
#[pyfunction]
pub fn demo_serve(py: Python<'_>, host: &str, port: Option<u16>) -> PyResult<()> {
    let asked = port.unwrap_or(USUAL_PORT);
    py.detach(|| {
        let served = demo::run(resolve(host, asked)?, welcome);
        match served {
            Err(error) if port.is_none() && error.kind() == ErrorKind::AddrInUse => {
                demo::run(resolve(host, 0)?, welcome)
            }
            served => served,
        }
    })
    .map_err(|error| PyOSError::new_err(format!("{host}:{asked}: {error}")))
}

fn welcome(bound: SocketAddr) {
    let url = format!("http://{bound}");
    let lines = format!(
        "The demo server listens at {url} until CTRL+C\nTry in another terminal: rlocust -f {url}/locustfile.py --headless \
         -u 10 -r 10 -t 10s -H {url}"
    );
    let mut out = std::io::stdout();
    // Whoever closed our stdout does not want to know; serve all the same.
    writeln!(out, "{lines}").and_then(|()| out.flush()).ok();
}

fn resolve(host: &str, port: u16) -> std::io::Result<SocketAddr> {
    let unknown = || std::io::Error::other("no such address");
    (host, port).to_socket_addrs()?.next().ok_or_else(unknown)
}

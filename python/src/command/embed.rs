//! The native binary: an interpreter of its own that runs the package `rlocust`, whose native half is already inside.
//!
//! It behaves like the console script of the wheel: the active virtual environment (`VIRTUAL_ENV`, else the `python3`
//! on `PATH`) says where packages are, and the package must be there too; started from a source tree's `target`
//! folder, the package of that tree is used. The interpreter is finalised, so exit handlers run and files are flushed.
use std::ffi::{CStr, CString, OsStr, OsString};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use pyo3::ffi;

use crate::_native;

/// The name under which Python imports the native half.
const MODULE: &CStr = c"rlocust._native";
const CANNOT_START: u8 = 1;

/// Runs `rlocust` with these arguments, the program's name first, to its exit code.
pub fn run(arguments: &[OsString]) -> ExitCode {
    match Installation::find().and_then(|installation| start(&installation, arguments)) {
        Ok(code) => code,
        Err(problem) => {
            complain(&problem);
            ExitCode::from(CANNOT_START)
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "there is no Python yet whose stderr could be used"
)]
fn complain(problem: &str) {
    eprintln!("rlocust: error: {problem}");
}

/// Where Python finds its packages.
struct Installation {
    /// The executable that this process stands for; its folder leads to `pyvenv.cfg`.
    python: Option<PathBuf>,
    /// The source tree's folder of packages, when this is a build inside of one.
    sources: Option<PathBuf>,
}

impl Installation {
    fn find() -> Result<Self, String> {
        let active = env::var_os("VIRTUAL_ENV")
            .map(PathBuf::from)
            .filter(|folder| folder.is_dir());
        let python = match active {
            Some(folder) => {
                check_version(&folder)?;
                Some(folder.join("bin").join("python"))
            }
            None => on_path("python3"),
        };
        Ok(Self {
            python,
            sources: source_tree(),
        })
    }

    /// `PYTHONPATH` with the source tree in front.
    fn python_path(&self) -> Option<OsString> {
        let sources = self.sources.clone()?;
        let given = env::var_os("PYTHONPATH").unwrap_or_default();
        env::join_paths(
            std::iter::once(sources)
                .chain(env::split_paths(&given).filter(|p| !p.as_os_str().is_empty())),
        )
        .ok()
    }
}

/// Packages of another Python would fail to load one by one; say it once instead.
fn check_version(environment: &Path) -> Result<(), String> {
    let Ok(text) = fs::read_to_string(environment.join("pyvenv.cfg")) else {
        return Ok(());
    };
    let version = text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        matches!(key.trim(), "version" | "version_info").then(|| value.trim().to_owned())
    });
    let ours = own_version();
    match version {
        Some(theirs) if theirs != ours && !theirs.starts_with(&format!("{ours}.")) => Err(format!(
            "the active virtual environment `{}` is of Python {theirs}, this program holds Python {ours}",
            environment.display()
        )),
        _ => Ok(()),
    }
}

/// Major and minor, such as `3.11`.
fn own_version() -> String {
    // SAFETY: the function may be called before an interpreter exists and returns a static C string.
    let full = unsafe { CStr::from_ptr(ffi::Py_GetVersion()) }.to_string_lossy();
    full.split('.').take(2).collect::<Vec<_>>().join(".")
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}

/// The `python` folder beside the `target` folder this program was started from.
fn source_tree() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let roots = program
        .ancestors()
        .filter(|folder| folder.ends_with("target"))
        .filter_map(Path::parent);
    roots
        .map(|root| root.join("python"))
        .find(|folder| folder.join("rlocust").join("__init__.py").is_file())
}

fn start(installation: &Installation, arguments: &[OsString]) -> Result<ExitCode, String> {
    // SAFETY: no interpreter exists yet, the name is a static C string, and the function is the one pyo3 generated.
    let registered =
        unsafe { ffi::PyImport_AppendInittab(MODULE.as_ptr(), Some(_native::__pyo3_init)) };
    if registered != 0 {
        return Err("no memory for Python's list of modules".to_owned());
    }
    let mut config = Config::new();
    config.set_arguments(arguments)?;
    config.set(|fields| &mut fields.run_module, OsStr::new("rlocust"))?;
    if let Some(python) = &installation.python {
        config.set(|fields| &mut fields.executable, python.as_os_str())?;
        config.set(|fields| &mut fields.program_name, python.as_os_str())?;
    }
    if let Some(path) = installation.python_path() {
        config.set(|fields| &mut fields.pythonpath_env, &path)?;
    }
    config.initialize()?;
    // SAFETY: the interpreter is initialised, by this thread; the call runs the module and finalises the interpreter.
    let code = unsafe { ffi::Py_RunMain() };
    Ok(ExitCode::from(u8::try_from(code & 0xff).unwrap_or(u8::MAX)))
}

/// A `PyConfig` that is cleared when it goes.
struct Config(ffi::PyConfig);

impl Config {
    fn new() -> Self {
        let mut fields = MaybeUninit::<ffi::PyConfig>::uninit();
        // SAFETY: the function fills the whole struct that the pointer leads to.
        let mut fields = unsafe {
            ffi::PyConfig_InitPythonConfig(fields.as_mut_ptr());
            fields.assume_init()
        };
        fields.parse_argv = 0; // the options are ours, not the interpreter's
        fields.safe_path = 1; // the working folder is no place for packages until the locustfile is imported
        Self(fields)
    }

    fn set(
        &mut self,
        field: impl FnOnce(&mut ffi::PyConfig) -> &mut *mut libc::wchar_t,
        value: &OsStr,
    ) -> Result<(), String> {
        let value =
            CString::new(value.as_bytes()).map_err(|_| "a path holds a zero byte".to_owned())?;
        let field: *mut *mut libc::wchar_t = field(&mut self.0);
        // SAFETY: the field lies in the very config that is passed, as the function wants it; the text outlives the call.
        check(unsafe { ffi::PyConfig_SetBytesString(&raw mut self.0, field, value.as_ptr()) })
    }

    fn set_arguments(&mut self, arguments: &[OsString]) -> Result<(), String> {
        let texts: Result<Vec<CString>, _> = arguments
            .iter()
            .map(|text| CString::new(text.as_bytes()))
            .collect();
        let texts = texts.map_err(|_| "an argument holds a zero byte".to_owned())?;
        let mut pointers: Vec<*const std::ffi::c_char> =
            texts.iter().map(|text| text.as_ptr()).collect();
        // SAFETY: as many pointers as counted, each to a C string that outlives the call; the function only reads them.
        check(unsafe {
            ffi::PyConfig_SetBytesArgv(
                &raw mut self.0,
                pointers.len().cast_signed(),
                pointers.as_mut_ptr(),
            )
        })
    }

    fn initialize(self) -> Result<(), String> {
        // SAFETY: the config was initialised in `new`; nothing else initialises an interpreter in this process.
        check(unsafe { ffi::Py_InitializeFromConfig(&raw const self.0) })
    }
}

impl Drop for Config {
    fn drop(&mut self) {
        // SAFETY: the config was initialised in `new` and is not used after this.
        unsafe { ffi::PyConfig_Clear(&raw mut self.0) }
    }
}

fn check(status: ffi::PyStatus) -> Result<(), String> {
    // SAFETY: the status came from a function of the same library.
    if unsafe { ffi::PyStatus_Exception(status) } == 0 {
        return Ok(());
    }
    if status.err_msg.is_null() {
        return Err("Python cannot start".to_owned());
    }
    // SAFETY: a message of a status is a static C string.
    let message = unsafe { CStr::from_ptr(status.err_msg) };
    Err(format!(
        "Python cannot start: {}",
        message.to_string_lossy()
    ))
}

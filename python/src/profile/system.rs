//! What the system lends a profile: the CPU clock of a thread, a signal to one, the instruction pointer at a moment.
use std::ffi::{CStr, c_int, c_void};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileExt as _;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A thread of this process, for others to look at.
#[derive(Clone, Copy)]
pub struct Thread {
    id: libc::pthread_t,
    clock: libc::clockid_t,
}

impl Thread {
    /// The calling thread.
    pub fn current() -> std::io::Result<Self> {
        let mut clock = 0;
        // SAFETY: the calling thread exists, and the pointer leads to a number of ours.
        let (id, failed) = unsafe {
            let id = libc::pthread_self();
            (id, libc::pthread_getcpuclockid(id, &raw mut clock))
        };
        match failed {
            0 => Ok(Self { id, clock }),
            error => Err(std::io::Error::from_raw_os_error(error)),
        }
    }

    /// CPU time that the thread has used; nothing once it has ended.
    pub fn cpu_time(self) -> Duration {
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: the pointer leads to a time of ours; of a thread that has ended the call reports an error.
        unsafe { libc::clock_gettime(self.clock, &raw mut time) };
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
    }

    /// Sends the thread, which must live, the signal by which it notes where it executes and takes a sample.
    pub fn interrupt(self) {
        // SAFETY: the script thread lives as long as it is profiled; `listen` has set a handler for the signal.
        unsafe { libc::pthread_kill(self.id, SIGNAL) };
    }
}

/// Whether a thread waits or not, as the system says.
pub struct ThreadStates(std::fs::File);

impl ThreadStates {
    /// Of the calling thread, whoever asks.
    pub fn of_caller() -> std::io::Result<Self> {
        // SAFETY: the call takes nothing and only returns a number.
        let id = unsafe { libc::gettid() };
        std::fs::File::open(format!("/proc/self/task/{id}/stat")).map(Self)
    }

    /// On a processor, or in line for one.
    pub fn is_runnable(&self) -> bool {
        let mut text = [0; 128];
        let length = self.0.read_at(&mut text, 0).unwrap_or_default();
        // The state follows the name, which stands in parentheses and may hold any other byte.
        let name_end = text[..length].iter().rposition(|byte| *byte == b')');
        name_end.is_some_and(|end| text[end..].get(2) == Some(&b'R'))
    }
}

/// The one of profilers at large.
pub const SIGNAL: c_int = libc::SIGPROF;
static NOTED: AtomicUsize = AtomicUsize::new(0);
/// Python's own handler, in C, which has the function called that `signal.signal` was given.
static PYTHONS: AtomicUsize = AtomicUsize::new(0);

/// The instruction pointer of a thread that was interrupted since the last call.
pub fn noted_address() -> Option<usize> {
    Some(NOTED.swap(0, Ordering::Relaxed)).filter(|address| *address != 0)
}

/// Puts a handler that notes addresses before the one that Python has set for the signal.
pub fn listen() -> std::io::Result<()> {
    // SAFETY: zeroes are a valid `sigaction`; the pointers lead to values of ours; our handler stores a number and goes on
    // to Python's, which may be called by any signal.
    unsafe {
        let mut pythons: libc::sigaction = std::mem::zeroed();
        libc::sigaction(SIGNAL, std::ptr::null(), &raw mut pythons);
        let ours = note as *const () as libc::sighandler_t;
        if pythons.sa_sigaction == ours {
            return Ok(());
        }
        PYTHONS.store(pythons.sa_sigaction, Ordering::Relaxed);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = ours;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART | libc::SA_ONSTACK;
        match libc::sigaction(SIGNAL, &raw const action, null_mut()) {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    }
}

extern "C" fn note(signal: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    NOTED.store(address_in(context), Ordering::Relaxed);
    let pythons = PYTHONS.load(Ordering::Relaxed);
    if pythons != libc::SIG_DFL && pythons != libc::SIG_IGN {
        // SAFETY: Python sets its handlers without SA_SIGINFO, so that this is the signature.
        let pythons: extern "C" fn(c_int) = unsafe { std::mem::transmute(pythons) };
        pythons(signal);
    }
}

#[cfg(target_arch = "x86_64")]
fn address_in(context: *mut c_void) -> usize {
    // SAFETY: with SA_SIGINFO the kernel hands over a `ucontext_t` that lives as long as the handler runs.
    unsafe {
        (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs[libc::REG_RIP as usize] as usize
    }
}

#[cfg(target_arch = "aarch64")]
fn address_in(context: *mut c_void) -> usize {
    // SAFETY: with SA_SIGINFO the kernel hands over a `ucontext_t` that lives as long as the handler runs.
    unsafe { (*context.cast::<libc::ucontext_t>()).uc_mcontext.pc as usize }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn address_in(_: *mut c_void) -> usize {
    0
}

/// Code that was loaded from a file.
pub struct Library {
    pub range: Range<usize>,
    pub path: String,
}

/// All libraries that are loaded now, and the program itself, whose path is read from the system.
pub fn libraries() -> Vec<Library> {
    let mut found: Vec<Library> = Vec::new();
    // SAFETY: the callback gets the very pointer that is passed here, and is not called after the call has returned.
    unsafe { libc::dl_iterate_phdr(Some(add), (&raw mut found).cast()) };
    found
}

unsafe extern "C" fn add(info: *mut libc::dl_phdr_info, _: usize, found: *mut c_void) -> c_int {
    // SAFETY: the loader hands over a description that lives as long as this call; `found` is the list of `libraries`.
    let (info, found) = unsafe { (&*info, &mut *found.cast::<Vec<Library>>()) };
    // SAFETY: the name is a C string, or null.
    let name = (!info.dlpi_name.is_null()).then(|| unsafe { CStr::from_ptr(info.dlpi_name) });
    let mut path = name.map_or(String::new(), |name| name.to_string_lossy().into_owned());
    if path.is_empty() {
        let program = std::env::current_exe().unwrap_or_default();
        path = String::from_utf8_lossy(program.as_os_str().as_bytes()).into_owned();
    }
    for index in 0..usize::from(info.dlpi_phnum) {
        // SAFETY: the description says how many headers there are.
        let header = unsafe { &*info.dlpi_phdr.add(index) };
        if header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_X != 0 {
            let begin = info.dlpi_addr as usize + header.p_vaddr as usize;
            let range = begin..begin + header.p_memsz as usize;
            let path = path.clone();
            found.push(Library { range, path });
        }
    }
    0
}

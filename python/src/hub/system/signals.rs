//! Signals are the script thread's: one that the system gives to another thread is noted there, and the interpreter, busy
//! with a computation, does not look for it.
use std::mem::MaybeUninit;
use std::ptr;

/// While this lives no signal comes to this thread; threads that are started meanwhile never get any.
pub struct SignalsHeldBack(libc::sigset_t);

impl SignalsHeldBack {
    pub fn new() -> Self {
        let mut all = MaybeUninit::uninit();
        let mut before = MaybeUninit::uninit();
        // SAFETY: both sets are this frame's; the first is filled before it is read, the second by a call that fails
        // for an unknown first argument only.
        unsafe {
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
            Self(before.assume_init())
        }
    }
}

impl Drop for SignalsHeldBack {
    fn drop(&mut self) {
        // SAFETY: the set is one that the system has filled; the old one is not asked for.
        unsafe {
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0, ptr::null_mut());
        }
    }
}

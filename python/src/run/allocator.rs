//! What the system's allocator keeps of memory that is free again.
use pyo3::prelude::*;

/// Blocks of 2 MiB and more leave the process when they are freed. By itself glibc takes the first of them as a sign that
/// more will come, and from then on keeps up to 64 MiB in each of its heaps (`mallopt(3)`, `M_MMAP_THRESHOLD`): one answer
/// with a large window stays in memory until the end of the run. Bodies of a megabyte still take their room from a heap,
/// which costs no page faults. Other allocators than glibc's are left as they are.
#[pyfunction]
pub fn give_back_large_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// Bytes.
        const LARGE: libc::c_int = 2 << 20;
        /// Free bytes that the top of a heap keeps: twice the largest block in it, as by glibc's own rule.
        const KEPT: libc::c_int = 2 * LARGE;
        // SAFETY: these set numbers under glibc's own lock; memory that was handed out is not touched.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
            libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
        }
    }
}

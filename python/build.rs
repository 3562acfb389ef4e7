//! The native binary must find the libpython it was linked with, also where the system has another one: the loader
//! would take the system's. The extension module links no libpython and needs nothing.

fn main() {
    if std::env::var_os("CARGO_FEATURE_EMBED").is_some() {
        pyo3_build_config::add_libpython_rpath_link_args();
    }
}

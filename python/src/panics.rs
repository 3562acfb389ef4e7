//! What a panic prints. The usual hook walks the stack where `RUST_BACKTRACE` asks for it, and on a thread that runs
//! greenlets the walk leaves the greenlet's own stack: what lies below it is another one's by then, and following it ends in
//! a crash. So only threads that never hold a greenlet are walked.
use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::Once;

static INSTALLED: Once = Once::new();

/// Takes the place of the usual hook, for panics of this library.
pub fn install_hook() {
    INSTALLED.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if is_thread_of_the_engine() {
                usual(panic);
            } else {
                print_without_walk(panic);
            }
        }));
    });
}

/// Those have a name of ours and never run Python.
fn is_thread_of_the_engine() -> bool {
    let thread = std::thread::current();
    thread
        .name()
        .is_some_and(|name| name.starts_with("rlocust-"))
}

fn print_without_walk(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("<unnamed>");
    let place = panic.location().map(ToString::to_string);
    let place = place.unwrap_or_default();
    let text = panic.payload_as_str().unwrap_or("panic");
    // Nobody can be told when stderr is closed.
    writeln!(
        std::io::stderr(),
        "thread '{name}' panicked at {place}:\n{text}\n\
         note: no backtrace, for the stack of a greenlet cannot be walked"
    )
    .ok();
}

//! A run driven without Python: a script in Rust owns it, on a thread of its own, and everybody else has a handle.
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rlocust_engine::model::{Conclusion, State, Tick};
use rlocust_engine::run::{Ended, Order, Receipt, Run, RunHandle};
use rlocust_engine::stats::{Recorder, ResponseTimesCache};

use rlocust_testing::waiting::DEADLINE;

/// What a script does when it is woken: it carries out orders as a runner would, and ends with `Quit`.
struct Script {
    run: Run,
    recorder: Arc<Recorder>,
    woken: Receiver<()>,
}

impl Script {
    fn new() -> Self {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let (wake, woken) = channel();
        let run = Run::new(Arc::clone(&recorder), move || {
            // A script that has ended is not woken any more.
            wake.send(()).ok();
        });
        run.states().set_state(Some(State::Ready), 1.0);
        Self {
            run,
            recorder,
            woken,
        }
    }

    fn start(self) -> (RunHandle, JoinHandle<Arc<Tick>>) {
        (self.run.handle(), std::thread::spawn(move || self.work()))
    }

    fn work(self) -> Arc<Tick> {
        let mut service = self.run.service().start().expect("a thread can be started");
        loop {
            match self.woken.recv_timeout(DEADLINE) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("nobody asked for the end")
                }
            }
            for taken in self.run.take_orders() {
                let is_last = taken.order == Order::Quit;
                match self.carry_out(&taken.order) {
                    Ok(()) => taken.done(),
                    Err(why) => taken.refuse(why.to_owned()),
                }
                if is_last {
                    service.finish(self.run.conclude(&self.run.tick(), Conclusion::default()));
                    assert_eq!(service.wait(DEADLINE), Some(Ended::Complete));
                    return self.run.tick();
                }
            }
        }
    }

    fn carry_out(&self, order: &Order) -> Result<(), &'static str> {
        let states = self.run.states();
        match order {
            Order::Start { user_count, .. } => {
                states.set_target(i64::try_from(*user_count).expect("a small number"));
                for _ in 0..*user_count {
                    states.user_started("User");
                    self.recorder.log_request("GET", "/", Some(1.0), 1, None);
                }
                states.set_state(Some(State::Running), 1.0);
                Ok(())
            }
            Order::ResetStats => {
                self.recorder.reset_all();
                Ok(())
            }
            Order::Stop | Order::Quit => {
                states.set_state(Some(State::Stopped), 1.0);
                Ok(())
            }
            Order::UpdateUserClass { .. } | Order::Message { .. } | Order::Http(_) => {
                Err("not by this script")
            }
        }
    }
}

fn start_of(user_count: u64) -> Order {
    Order::Start {
        user_count,
        spawn_rate: 1.0,
        user_classes: None,
    }
}

fn receipt(handle: &RunHandle, order: Order) -> Receipt {
    let pending = handle.order(order);
    pending.wait(DEADLINE).expect("there is a timer")
}

#[test]
fn orders_change_what_everybody_sees_of_a_run() {
    let (handle, script) = Script::new().start();
    let (state, ticks) = (handle.state(), handle.ticks());
    assert_eq!(state.borrow().state, Some(State::Ready));
    assert_eq!(receipt(&handle, start_of(3)), Receipt::Done);
    assert_eq!(state.borrow().state, Some(State::Running));
    assert_eq!(state.borrow().user_count, 3);
    let refused = Order::UpdateUserClass {
        settings: serde_json::Map::new(),
    };
    assert_eq!(
        receipt(&handle, refused),
        Receipt::Refused("not by this script".to_owned())
    );
    assert_eq!(receipt(&handle, Order::Quit), Receipt::Done);
    let last = script.join().expect("the script has ended in order");
    assert!(
        Arc::ptr_eq(&last, &ticks.borrow()),
        "everybody reads the last tick"
    );
    assert_eq!(last.snapshot.total.num_requests, 3);
    assert_eq!(last.run.state, Some(State::Stopped));
}

#[test]
fn an_order_to_a_script_that_computes_is_silent_and_is_carried_out_later() {
    let script = Script::new();
    let handle = script.run.handle();
    let silent = handle.order(start_of(1)).wait(Duration::from_millis(20));
    let Receipt::Silent(time) = silent.expect("there is a timer") else {
        panic!("nobody listens yet");
    };
    assert!(time >= Duration::from_millis(20));
    let (handle, script) = script.start();
    assert_eq!(receipt(&handle, Order::Quit), Receipt::Done);
    let last = script.join().expect("the script has ended in order");
    assert_eq!(
        last.snapshot.total.num_requests, 1,
        "it stayed in the queue"
    );
}

#[test]
fn runs_side_by_side_and_one_after_the_other_have_each_their_own_handle() {
    let (first, first_script) = Script::new().start();
    let (second, second_script) = Script::new().start();
    assert_eq!(receipt(&first, start_of(1)), Receipt::Done);
    assert_eq!(receipt(&second, start_of(2)), Receipt::Done);
    assert_eq!(first.state().borrow().user_count, 1);
    assert_eq!(second.state().borrow().user_count, 2);
    assert_eq!(receipt(&first, Order::Quit), Receipt::Done);
    first_script.join().expect("the first has ended in order");
    let ended = Receipt::Refused("the run has ended".to_owned());
    assert_eq!(receipt(&first, Order::Stop), ended);
    assert_eq!(receipt(&second, Order::ResetStats), Receipt::Done);
    let (third, third_script) = Script::new().start();
    for handle in [&second, &third] {
        assert_eq!(receipt(handle, Order::Quit), Receipt::Done);
    }
    let counts = [second_script, third_script].map(|script| {
        let last = script.join().expect("it has ended in order");
        (last.run.user_count, last.snapshot.total.num_requests)
    });
    assert_eq!(counts, [(2, 0), (0, 0)]);
}

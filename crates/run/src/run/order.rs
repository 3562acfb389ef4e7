//! Orders: the way into a run from other threads. They wait in a bounded queue until the script thread takes them,
//! carries each out through the method a suite may override, and answers with a receipt.
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::fork_guard::ForkGuard;
use rlocust_core::clock;
use rlocust_core::liveness::{Liveness, Wake};

/// Orders that may wait. Nobody has a use for more: a script that is this far behind does not listen.
const MOST_WAITING: usize = 256;
/// Beyond them for orders that end the test: no others keep these out.
const MOST_ENDS: usize = 16;
const ENDED: &str = "the run has ended";

/// What the script thread is asked to do, as Locust's runner names it. As JSON: `{"order": "stop"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Order {
    Start {
        user_count: u64,
        /// Users a second.
        spawn_rate: f64,
        /// Names; all classes where there are none.
        user_classes: Option<Vec<String>>,
    },
    Stop,
    Quit,
    ResetStats,
    /// `user_class_name`, and the attributes to set on that class.
    UpdateUserClass {
        settings: Map<String, Value>,
    },
    /// A custom message for the listener that the suite has registered.
    Message {
        kind: String,
        data: Value,
        sender: String,
    },
    /// A request of the web interface that only the script can answer. It is handed over as it is, not as JSON.
    Http(#[serde(skip)] HttpRequest),
}

impl Order {
    /// Whether it ends the test.
    pub fn is_end(&self) -> bool {
        match self {
            Self::Stop | Self::Quit => true,
            Self::Http(request) => request.is_stop(),
            _ => false,
        }
    }
}

/// A request as a browser sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpRequest {
    pub method: String,
    /// Without the base path of the web interface; begins with a slash.
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Which of the run's interfaces was asked; 0 where there is one.
    pub interface: u64,
}

impl HttpRequest {
    /// Whether the page or a program stops the test by it.
    pub fn is_stop(&self) -> bool {
        self.method == "POST" && (self.path.ends_with("/stop") || self.path == "_stop")
    }
}

/// What the script answers to one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpAnswer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    Done,
    /// Of a request, done with this answer.
    Answered(HttpAnswer),
    /// Why not, in one line.
    Refused(String),
    /// The script has not taken it up for so long. It stays in the queue.
    Silent(Duration),
    /// The script has taken it up and is still at it, after so long.
    Working(Duration),
}

/// A receipt that has yet to come.
pub struct PendingReceipt {
    placed_at: Instant,
    is_taken: Arc<AtomicBool>,
    liveness: Arc<Liveness>,
    receipt: oneshot::Receiver<Receipt>,
}

impl PendingReceipt {
    /// The receipt, or what the script is doing instead when `limit` is over: then it may be asked for again. Needs a
    /// tokio runtime with a timer.
    pub async fn within(&mut self, limit: Duration) -> Receipt {
        match tokio::time::timeout(limit, &mut self.receipt).await {
            Ok(Ok(receipt)) => receipt,
            Ok(Err(_)) => Receipt::Refused(ENDED.to_owned()),
            Err(_) if self.is_taken.load(Ordering::Acquire) => {
                Receipt::Working(self.placed_at.elapsed())
            }
            // It may have been silent for long before this order came.
            Err(_) => Receipt::Silent(self.placed_at.elapsed().max(self.liveness.silence())),
        }
    }

    /// The same for a thread that has no runtime.
    ///
    /// # Errors
    /// When the system grants no timer.
    pub fn wait(mut self, limit: Duration) -> std::io::Result<Receipt> {
        let runtime = Builder::new_current_thread().enable_time().build()?;
        Ok(runtime.block_on(self.within(limit)))
    }
}

/// An order that the script thread has taken up. Dropped without an answer it counts as refused.
#[derive(Debug)]
pub struct TakenOrder {
    pub order: Order,
    receipt: oneshot::Sender<Receipt>,
}

impl TakenOrder {
    pub fn done(self) {
        // Whoever placed it may have given up waiting.
        self.receipt.send(Receipt::Done).ok();
    }

    pub fn answer(self, answer: HttpAnswer) {
        self.receipt.send(Receipt::Answered(answer)).ok();
    }

    pub fn refuse(self, why: String) {
        self.receipt.send(Receipt::Refused(why)).ok();
    }
}

/// The queue.
pub(super) struct Orders {
    waiting: Mutex<Waiting>,
    wake: Arc<Wake>,
    maker: ForkGuard,
}

#[derive(Default)]
struct Waiting {
    orders: VecDeque<(TakenOrder, Arc<AtomicBool>)>,
    is_closed: bool,
}

impl Orders {
    pub fn new(wake: Arc<Wake>) -> Self {
        Self {
            waiting: Mutex::default(),
            wake,
            maker: ForkGuard::this_process(),
        }
    }

    /// From any thread; never waits.
    pub fn place(&self, order: Order, liveness: Arc<Liveness>) -> PendingReceipt {
        let (sender, receipt) = oneshot::channel();
        let is_taken = Arc::new(AtomicBool::new(false));
        let pending = PendingReceipt {
            placed_at: clock::instant(),
            is_taken: Arc::clone(&is_taken),
            liveness,
            receipt,
        };
        let most = MOST_WAITING + if order.is_end() { MOST_ENDS } else { 0 };
        let taken = TakenOrder {
            order,
            receipt: sender,
        };
        let Some(mut waiting) = self.waiting().filter(|waiting| !waiting.is_closed) else {
            taken.refuse(ENDED.to_owned());
            return pending;
        };
        if waiting.orders.len() >= most {
            taken.refuse(format!(
                "{MOST_WAITING} orders are waiting for the script already"
            ));
        } else {
            waiting.orders.push_back((taken, is_taken));
            drop(waiting);
            (self.wake)();
        }
        pending
    }

    /// All that wait, in the order in which they were placed.
    pub fn take(&self) -> Vec<TakenOrder> {
        let orders = self
            .waiting()
            .map(|mut waiting| std::mem::take(&mut waiting.orders));
        let taken = orders
            .unwrap_or_default()
            .into_iter()
            .map(|(order, is_taken)| {
                is_taken.store(true, Ordering::Release);
                order
            });
        taken.collect()
    }

    /// Nobody takes orders any more: those that wait are refused, and so are later ones.
    pub fn close(&self) {
        let closed = self.waiting().map(|mut waiting| {
            waiting.is_closed = true;
            std::mem::take(&mut waiting.orders)
        });
        for (order, _) in closed.into_iter().flatten() {
            order.refuse(ENDED.to_owned());
        }
    }

    /// Nothing in a forked child: a thread of the parent's may have been placing an order.
    fn waiting(&self) -> Option<MutexGuard<'_, Waiting>> {
        (!self.maker.is_parent()).then(|| self.waiting.lock())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use rlocust_testing::waiting::DEADLINE;

    const NOW: Duration = Duration::ZERO;

    fn orders() -> Orders {
        Orders::new(Arc::new(|| ()))
    }

    impl Orders {
        fn place_one(&self, order: Order) -> PendingReceipt {
            self.place(order, Arc::new(Liveness::new(Arc::new(|| ()))))
        }
    }

    #[test]
    fn an_order_is_read_back_from_its_json() {
        let settings = json!({"user_class_name": "A", "weight": 2});
        for order in [
            Order::Start {
                user_count: 5,
                spawn_rate: 0.5,
                user_classes: Some(vec!["A".to_owned()]),
            },
            Order::ResetStats,
            Order::UpdateUserClass {
                settings: settings.as_object().expect("an object").clone(),
            },
            Order::Message {
                kind: "hello".to_owned(),
                data: json!([1, null]),
                sender: "w1".to_owned(),
            },
        ] {
            let text = serde_json::to_string(&order).expect("plain values");
            assert_eq!(serde_json::from_str::<Order>(&text).expect(&text), order);
        }
        let stop = serde_json::from_str::<Order>(r#"{"order": "stop"}"#);
        assert_eq!(stop.expect("an order"), Order::Stop);
        assert!(serde_json::from_str::<Order>(r#"{"order": "start", "user_count": -1}"#).is_err());
    }

    #[tokio::test]
    async fn orders_are_taken_in_turn_and_answered_one_by_one() {
        let orders = orders();
        let (mut stop, mut quit) = (orders.place_one(Order::Stop), orders.place_one(Order::Quit));
        let mut taken = orders.take().into_iter();
        let (first, second) = (taken.next().expect("two"), taken.next().expect("two"));
        assert_eq!((&first.order, &second.order), (&Order::Stop, &Order::Quit));
        second.refuse("not now".to_owned());
        first.done();
        assert_eq!(stop.within(DEADLINE).await, Receipt::Done);
        assert_eq!(
            quit.within(DEADLINE).await,
            Receipt::Refused("not now".to_owned())
        );
        assert!(orders.take().is_empty());
    }

    #[tokio::test]
    async fn a_request_is_handed_over_as_it_is_and_its_receipt_carries_the_answer() {
        let orders = orders();
        let request = HttpRequest {
            method: "POST".to_owned(),
            path: "/user".to_owned(),
            body: vec![0, 255],
            ..HttpRequest::default()
        };
        let mut pending = orders.place_one(Order::Http(request.clone()));
        let taken = orders.take().pop().expect("one");
        assert_eq!(taken.order, Order::Http(request));
        let json = serde_json::to_string(&taken.order).expect("plain values");
        assert_eq!(json, r#"{"order":"http"}"#);
        let answer = HttpAnswer {
            status: 201,
            body: b"{}".to_vec(),
            ..HttpAnswer::default()
        };
        taken.answer(answer.clone());
        assert_eq!(pending.within(DEADLINE).await, Receipt::Answered(answer));
    }

    #[tokio::test]
    async fn a_script_that_does_not_listen_is_silent_and_one_that_is_at_it_works() {
        let orders = orders();
        let mut stop = orders.place_one(Order::Stop);
        assert!(matches!(stop.within(NOW).await, Receipt::Silent(_)));
        let mut quit = orders.place_one(Order::Quit);
        let taken = orders.take();
        assert_eq!(
            taken.len(),
            2,
            "an order nobody waits for stays in the queue"
        );
        assert!(matches!(quit.within(NOW).await, Receipt::Working(_)));
    }

    #[tokio::test]
    async fn nothing_waits_for_a_run_that_has_ended() {
        let orders = orders();
        let ended = Receipt::Refused(ENDED.to_owned());
        let before = orders.place_one(Order::Stop);
        let dropped = orders.place_one(Order::Stop);
        drop(orders.take().pop());
        orders.close();
        let after = orders.place_one(Order::Stop);
        for mut pending in [before, dropped, after] {
            assert_eq!(pending.within(DEADLINE).await, ended);
        }
    }

    #[test]
    fn a_forked_child_has_no_orders_though_another_thread_was_placing_one() {
        let of_parent = Arc::new(Orders {
            maker: ForkGuard::parent(),
            ..orders()
        });
        let in_child = Arc::clone(&of_parent);
        let _placing = of_parent.waiting.lock();
        let (sent, received) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let receipt = in_child.place_one(Order::Stop).wait(DEADLINE);
            let taken = in_child.take().len();
            in_child.close();
            sent.send((receipt.ok(), taken)).ok();
        });
        let ended = Receipt::Refused(ENDED.to_owned());
        let waited = received.recv_timeout(DEADLINE);
        assert_eq!(waited.expect("it waits for no lock"), (Some(ended), 0));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_but_leaves_room_for_ends() {
        let orders = orders();
        let full = |order: Order, most: usize| -> Vec<_> {
            (0..most).map(|_| orders.place_one(order.clone())).collect()
        };
        let others = full(Order::ResetStats, MOST_WAITING);
        let refused = orders.place_one(Order::ResetStats).within(DEADLINE).await;
        assert!(matches!(refused, Receipt::Refused(why) if why.contains("256 orders")));
        let ends = full(Order::Stop, MOST_ENDS);
        let refused = orders.place_one(Order::Quit).within(DEADLINE).await;
        assert!(matches!(refused, Receipt::Refused(_)));
        assert_eq!(orders.take().len(), others.len() + ends.len());
    }
}

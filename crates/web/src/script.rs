//! What only the script can answer is an order to it. A script that does not come round to it has a limit; a page that
//! was once answered is shown as it was then.
use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::Semaphore;

use super::answer::failure;
use rlocust_core::clock;
use rlocust_run::run::{HttpAnswer, HttpRequest, Order, PendingReceipt, Receipt, RunHandle};

/// For the script to take a question up.
pub const LONG: Duration = Duration::from_secs(10);
/// For a script that is at it: a stop waits for the tasks of all users.
const LONGEST: Duration = Duration::from_mins(10);
/// For what the page can do without.
pub const SHORT: Duration = Duration::from_secs(3);
/// For what the page can also show as it was.
const MOMENT: Duration = Duration::from_secs(1);
/// Questions under way: each may hold a body.
const MOST_ASKED: usize = 64;
/// Beside them, requests that stop the test.
const MOST_STOPS: usize = 8;

/// Who may read is asked anew after this time.
const AUTHORIZED_FOR: Duration = Duration::from_secs(5);
const MOST_CLIENTS: usize = 1_000;

type Headers = Vec<(String, String)>;

/// The way to the script.
pub struct Script {
    room: Semaphore,
    /// For those that stop the test: no other questions keep them out.
    room_for_stops: Semaphore,
    /// Of the run's interfaces, the one whose requests these are.
    interface: u64,
    /// By all that a request says of itself, until when it may read: a suite may go by a cookie, or by any other header.
    authorized: Mutex<HashMap<Headers, Instant>>,
    /// By name, the last answer to a question of our own.
    last: Mutex<HashMap<&'static str, HttpAnswer>>,
}

impl Script {
    /// Of this interface of a run.
    pub fn of(interface: u64) -> Self {
        Self {
            interface,
            room: Semaphore::new(MOST_ASKED),
            room_for_stops: Semaphore::new(MOST_STOPS),
            last: Mutex::default(),
            authorized: Mutex::default(),
        }
    }

    fn order(&self, run: &RunHandle, request: HttpRequest) -> PendingReceipt {
        run.order(Order::Http(HttpRequest {
            interface: self.interface,
            ..request
        }))
    }

    /// The script's answer, or why there is none.
    pub async fn ask(&self, run: &RunHandle, request: HttpRequest) -> HttpAnswer {
        let room = if request.is_stop() {
            &self.room_for_stops
        } else {
            &self.room
        };
        let Ok(_room) = room.try_acquire() else {
            return failure(
                503,
                &format!("{MOST_ASKED} requests wait for the script already"),
            );
        };
        let mut pending = self.order(run, request);
        let mut receipt = pending.within(LONG).await;
        if matches!(receipt, Receipt::Working(_)) {
            receipt = pending.within(LONGEST).await;
        }
        match receipt {
            Receipt::Answered(answer) => answer,
            Receipt::Done => super::answer::text(200, ""),
            Receipt::Refused(why) => failure(503, &why),
            Receipt::Silent(time) => failure(503, &silence(time)),
            Receipt::Working(time) => failure(
                503,
                &format!("The script has been at it for {} s", time.as_secs()),
            ),
        }
    }

    /// Why a client may not read, by the log-in of the suite; nothing where he may.
    pub async fn refuse_unknown(
        &self,
        run: &RunHandle,
        request: &HttpRequest,
    ) -> Option<HttpAnswer> {
        let known = self.authorized.lock().get(&request.headers).copied();
        if known.is_some_and(|until| clock::instant() < until) {
            return None;
        }
        let question = HttpRequest {
            headers: request.headers.clone(),
            ..question("GET", "_authorized")
        };
        let answer = self.ask(run, question).await;
        if answer.status != 204 {
            return Some(answer);
        }
        let mut authorized = self.authorized.lock();
        if authorized.len() >= MOST_CLIENTS {
            authorized.clear();
        }
        authorized.insert(request.headers.clone(), clock::instant() + AUTHORIZED_FOR);
        None
    }

    /// The answer to a question of our own, such as `_form`; the one before where the script is silent.
    pub async fn ask_or_recall(
        &self,
        run: &RunHandle,
        name: &'static str,
        headers: &[(String, String)],
        patience: Duration,
    ) -> HttpAnswer {
        let last = self.last.lock().get(name).cloned();
        if let Some(last) = last.clone().filter(|_| run.silence() > MOMENT) {
            return last;
        }
        let request = HttpRequest {
            headers: headers.to_vec(),
            ..question("GET", name)
        };
        let mut pending = self.order(run, request);
        let limit = if last.is_some() { MOMENT } else { patience };
        match (pending.within(limit).await, last) {
            (Receipt::Answered(answer), _) => {
                if answer.status == 200 {
                    self.last.lock().insert(name, answer.clone());
                }
                answer
            }
            (_, Some(last)) => last,
            (Receipt::Refused(why), None) => failure(503, &why),
            (Receipt::Silent(time) | Receipt::Working(time), None) => failure(503, &silence(time)),
            (Receipt::Done, None) => failure(503, "The script does not answer"),
        }
    }
}

/// A question of our own: no client can ask it, whose paths begin with a slash.
pub fn question(method: &str, name: &str) -> HttpRequest {
    HttpRequest {
        method: method.to_owned(),
        path: name.to_owned(),
        ..HttpRequest::default()
    }
}

fn silence(time: Duration) -> String {
    format!(
        "The script has been busy for {} s and has not taken this up yet; what was asked is done when it comes round to it",
        time.as_secs()
    )
}

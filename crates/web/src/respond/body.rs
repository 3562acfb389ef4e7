//! The body of a stranger's request: so many bytes, in so much time, and so many of all requests together. What is held
//! is what has arrived, however small its pieces were.
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use hyper::body::{Body as _, Bytes};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::answer::failure;
use crate::site::MOST_OF_ALL_BODIES;
use rlocust_run::run::HttpAnswer;

/// Of one body: forms and settings of user classes are small.
const MOST: usize = 1 << 20;
/// For all of it to arrive.
const TIME: Duration = Duration::from_secs(20);

/// The body, and its part of `room`, to be held as long as the body is; or the refusal to answer with.
pub async fn read(
    body: Body,
    room: &Semaphore,
) -> Result<(Vec<u8>, SemaphorePermit<'_>), HttpAnswer> {
    let read = timeout(TIME, read_all(body, room)).await;
    read.unwrap_or_else(|_| {
        let why = "The body of the request did not arrive in time";
        Err(failure(408, why))
    })
}

async fn read_all(
    mut body: Body,
    room: &Semaphore,
) -> Result<(Vec<u8>, SemaphorePermit<'_>), HttpAnswer> {
    let mut whole = Vec::new();
    let mut held = room.try_acquire_many(0).map_err(|_| no_room())?;
    while let Some(piece) = next_piece(&mut body).await {
        let piece = piece?;
        if whole.len() + piece.len() > MOST {
            let why = format!("A body has at most {MOST} bytes here");
            return Err(failure(413, &why));
        }
        let more = u32::try_from(piece.len()).map_err(|_| no_room())?;
        held.merge(room.try_acquire_many(more).map_err(|_| no_room())?);
        whole.extend_from_slice(&piece);
    }
    Ok((whole, held))
}

/// Nothing at the end; trailers are no part of the body.
async fn next_piece(body: &mut Body) -> Option<Result<Bytes, HttpAnswer>> {
    loop {
        let next = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
        match next.await? {
            Ok(frame) => {
                if let Ok(bytes) = frame.into_data() {
                    return Some(Ok(bytes));
                }
            }
            Err(_) => return Some(Err(failure(400, "The body of the request broke off"))),
        }
    }
}

fn no_room() -> HttpAnswer {
    let why =
        format!("The bodies of all requests have at most {MOST_OF_ALL_BODIES} bytes together here");
    failure(503, &why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_bodies_together_have_a_limit_and_leave_their_room_again() {
        let room = Semaphore::new(10);
        let (body, held) = read(Body::from("123456"), &room).await.unwrap();
        assert_eq!((&body[..], room.available_permits()), (&b"123456"[..], 4));
        let refused = read(Body::from("12345"), &room).await.unwrap_err();
        assert_eq!((refused.status, room.available_permits()), (503, 4));
        drop(held);
        assert!(read(Body::from("1234567890"), &room).await.is_ok());
        assert_eq!(room.available_permits(), 10);
    }
}

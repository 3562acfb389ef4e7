//! Numbered places where greenlets wait for their notifications.
use std::sync::Arc;

use pyo3::prelude::*;
use rlocust_engine::http::{Reply, Ticket};
use rlocust_engine::stats::{PendingSample, Recorder};
use slab::Slab;

/// What a waiter was parked for, once it is there.
#[derive(Debug)]
pub(super) enum Notification {
    Answered(Box<Reply>),
    /// A wait is over.
    Woken,
}

/// Who waits in a slot.
pub(super) enum Waiter {
    Greenlet(Py<PyAny>),
    /// The waiter was thrown out in mid-call; its attempts are still owed to this recorder, and its sample
    /// where nobody else reports it.
    Gone(Arc<Recorder>, PendingSample),
}

pub(super) struct Slot {
    generation: u32,
    pub waiter: Waiter,
    pub notification: Option<Notification>,
}

#[derive(Default)]
pub(super) struct Slots {
    pub slab: Slab<Slot>,
    generation: u32,
}

impl Slots {
    pub fn open(&mut self, greenlet: Py<PyAny>) -> Ticket {
        self.generation = self.generation.wrapping_add(1) & 0x7fff_ffff;
        let generation = self.generation;
        let index = self.slab.insert(Slot {
            generation,
            waiter: Waiter::Greenlet(greenlet),
            notification: None,
        });
        Ticket(u64::from(generation) << 32 | index as u64)
    }

    pub fn get(&mut self, ticket: Ticket) -> Option<&mut Slot> {
        let slot = self.slab.get_mut(index(ticket))?;
        (u64::from(slot.generation) == ticket.0 >> 32).then_some(slot)
    }

    pub fn tickets(&self) -> Vec<Ticket> {
        let slots = self.slab.iter();
        slots
            .map(|(index, slot)| Ticket(u64::from(slot.generation) << 32 | index as u64))
            .collect()
    }

    pub fn close(&mut self, ticket: Ticket) -> Option<Slot> {
        self.get(ticket)?;
        Some(self.slab.remove(index(ticket)))
    }

    /// Takes the notification out and closes the slot, if it has been filled.
    pub fn take(&mut self, ticket: Ticket) -> Option<Notification> {
        self.get(ticket)?.notification.as_ref()?;
        self.close(ticket)?.notification
    }
}

fn index(ticket: Ticket) -> usize {
    (ticket.0 & 0xffff_ffff) as usize
}

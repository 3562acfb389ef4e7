//! The folder of earlier runs (`--history`): a result store for each test, and beside it a card with what was noted and
//! what a list shows. Who writes a store holds it locked, so that every other process knows a test that goes on from one
//! that was cut off. What is made of the stores is the business of others.
mod card;
mod figures;
mod folder;

pub use card::Notes;
pub use figures::Figures;
pub use folder::{Folder, KeptRun, Refusal, RunState};

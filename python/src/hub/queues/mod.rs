//! Who waits on the script thread for no answer: users until a time, greenlets that let others run once.
pub(super) mod waits;
pub(super) mod yields;

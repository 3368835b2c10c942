//! Small plans and data made by hand.

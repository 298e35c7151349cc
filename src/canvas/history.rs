//! Undo and redo of plain values.

use std::collections::VecDeque;

/// A present value with the values before it and the ones undone after it.
#[derive(Clone, Debug)]
pub struct History<T> {
    past: VecDeque<T>,
    present: T,
    /// Undone values, the next to redo last.
    future: Vec<T>,
    bound: usize,
}

impl<T: Clone + PartialEq> History<T> {
    /// A history that begins with `present` and can undo at most `bound` changes.
    pub fn new(present: T, bound: usize) -> Self {
        Self {
            past: VecDeque::new(),
            present,
            future: Vec::new(),
            bound,
        }
    }

    /// The value as it is now.
    pub fn present(&self) -> &T {
        &self.present
    }

    /// Makes `value` the present one. Nothing changes where it equals the present value; otherwise
    /// what was undone is forgotten, and so is the oldest value beyond the bound.
    pub fn push(&mut self, value: T) {
        if value == self.present {
            return;
        }
        self.future.clear();
        self.past
            .push_back(std::mem::replace(&mut self.present, value));
        if self.past.len() > self.bound {
            self.past.pop_front();
        }
    }

    /// Changes the present value without a step of its own, as while a pointer drags.
    pub fn replace(&mut self, value: T) {
        self.present = value;
    }

    /// Goes one change back and gives the value there; `None` at the oldest.
    pub fn undo(&mut self) -> Option<&T> {
        let earlier = self.past.pop_back()?;
        self.future
            .push(std::mem::replace(&mut self.present, earlier));
        Some(&self.present)
    }

    /// Goes one undone change forward again and gives the value there; `None` at the newest.
    pub fn redo(&mut self) -> Option<&T> {
        let later = self.future.pop()?;
        self.past
            .push_back(std::mem::replace(&mut self.present, later));
        Some(&self.present)
    }

    /// Whether there is a change to undo.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is an undone change to redo.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

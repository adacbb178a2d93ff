//! A list of bounded length that forgets its oldest entries.

use std::collections::VecDeque;

/// Values by the text that names them. The texts differ: each is made from a number of its own.
#[derive(Debug)]
pub struct Bounded<V> {
    capacity: usize,
    /// Oldest first. A search compares every entry, which at this length takes microseconds.
    entries: VecDeque<(String, V)>,
}

impl<V> Bounded<V> {
    /// An empty list of at most `capacity` entries.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, entries: VecDeque::new() }
    }

    /// Adds an entry; the oldest one goes if there is no room.
    pub fn insert(&mut self, name: String, value: V) {
        if self.entries.len() >= self.capacity {
            self.entries.pop_front();
        }
        self.entries.push_back((name, value));
    }

    pub fn get(&self, name: &str) -> Option<&V> {
        self.entries.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.entries.iter_mut().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    pub fn remove(&mut self, name: &str) -> Option<V> {
        let position = self.entries.iter().position(|(own, _)| own == name)?;
        self.entries.remove(position).map(|(_, value)| value)
    }

    /// Removes all entries and returns how many there were.
    pub fn clear(&mut self) -> usize {
        let count = self.entries.len();
        self.entries.clear();
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entry_makes_room() {
        let mut list = Bounded::new(3);
        for number in 0..5 {
            list.insert(number.to_string(), number);
        }
        assert_eq!([list.get("0"), list.get("1"), list.get("2"), list.get("4")], [None, None, Some(&2), Some(&4)]);
        assert_eq!(list.remove("3"), Some(3));
        assert_eq!(list.remove("3"), None);
        list.insert("5".to_owned(), 5);
        assert_eq!(list.get("2"), Some(&2), "a removed entry leaves room");
        assert_eq!(list.clear(), 3);
        assert_eq!(list.get("5"), None);
    }
}

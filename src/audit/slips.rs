//! Slips of the pen: what a number may have been meant to be.

/// How a number comes to be written wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    /// Two digits side by side have changed places.
    Swapped,
    /// So many zeros are missing, or the point stands so many places too far to the left.
    TooSmall(u32),
    /// The other way round.
    TooLarge(u32),
}

impl Slip {
    /// In words, of a whole number or one with a point.
    pub fn words(self, whole: bool) -> String {
        match (self, whole) {
            (Self::Swapped, _) => "相邻两位数字颠倒".into(),
            (Self::TooSmall(n), true) => format!("少写 {n} 个0"),
            (Self::TooLarge(n), true) => format!("多写 {n} 个0"),
            (Self::TooSmall(n) | Self::TooLarge(n), false) => format!("小数点错了 {n} 位"),
        }
    }
}

/// What a number, in its least units, may have been meant to be.
pub(super) fn slips(value: i128) -> Vec<(i128, Slip)> {
    let mut found: Vec<(i128, Slip)> = Vec::new();
    let mut add = |meant: i128, slip: Slip| {
        if meant != value && found.iter().all(|(m, _)| *m != meant) {
            found.push((meant, slip));
        }
    };
    for places in 1..=3 {
        let power = 10i128.pow(places);
        if value % power == 0 {
            add(value / power, Slip::TooLarge(places));
        }
        if let Some(more) = value.checked_mul(power) {
            add(more, Slip::TooSmall(places));
        }
    }
    let digits: Vec<char> = value.unsigned_abs().to_string().chars().collect();
    for at in 0..digits.len().saturating_sub(1) {
        let mut swapped = digits.clone();
        swapped.swap(at, at + 1);
        // A number does not begin with 0.
        let begins = swapped.first().is_some_and(|d| *d != '0');
        if let Some(meant) = swapped.iter().collect::<String>().parse::<i128>().ok().filter(|_| begins) {
            add(meant * value.signum(), Slip::Swapped);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_swap_and_points_move() {
        let of = |value| slips(value).into_iter().map(|(v, _)| v).collect::<Vec<_>>();
        assert_eq!(of(120), [12, 1200, 12_000, 120_000, 210, 102]);
        assert_eq!(of(55), [550, 5500, 55_000]);
        assert_eq!(of(-12), [-120, -1200, -12_000, -21]);
        assert_eq!(of(0), [0i128; 0]);
    }
}

//! Units of measure: a product of base units and a factor to them.

use super::number::{Num, format_decimal, num, parse_num};
use super::text::Text;
use std::collections::BTreeMap;

/// How many decimals of a number are shown.
const PLACES: usize = 12;

/// A unit such as 万元 (10000 元) or 平方米/人.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// As shown; empty for plain numbers.
    pub name: Text,
    /// Base units with their powers, none of them 0.
    pub dimension: BTreeMap<String, i8>,
    /// How many base units one of this unit is.
    pub factor: Num,
}

impl Default for Unit {
    fn default() -> Self {
        Self::none()
    }
}

impl Unit {
    /// The unit of plain numbers and ratios.
    pub fn none() -> Self {
        Self { name: Text::default(), dimension: BTreeMap::new(), factor: num(1) }
    }

    /// A base unit of its own dimension.
    pub fn base(name: &str) -> Self {
        Self { name: Text::kept(name), dimension: BTreeMap::from([(name.into(), 1)]), factor: num(1) }
    }

    /// A unit of `self`'s dimension, `factor` of it, under another name.
    #[must_use]
    pub fn scaled(&self, name: &str, factor: &Num) -> Self {
        Self { name: Text::kept(name), dimension: self.dimension.clone(), factor: &self.factor * factor }
    }

    /// Whether values of the two can be compared and added.
    pub fn is_compatible(&self, other: &Self) -> bool {
        self.dimension == other.dimension
    }

    /// A number in this unit, to twelve decimals at the most; ratios stand as ratios, whatever their unit.
    pub fn shown(&self, number: &Num) -> String {
        if self.is_plain() { format_decimal(number, PLACES) } else { format_decimal(&(number / &self.factor), PLACES) }
    }

    /// Whether this is the unit of plain numbers, or a percentage of them.
    pub fn is_plain(&self) -> bool {
        self.dimension.is_empty()
    }

    /// The unit of a product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        self.combine(other, 1)
    }

    /// The unit of a quotient.
    #[must_use]
    pub fn per(&self, other: &Self) -> Self {
        self.combine(other, -1)
    }

    fn combine(&self, other: &Self, sign: i8) -> Self {
        let mut dimension = self.dimension.clone();
        for (base, power) in &other.dimension {
            let entry = dimension.entry(base.clone()).or_insert(0);
            *entry = entry.saturating_add(power.saturating_mul(sign));
        }
        dimension.retain(|_, power| *power != 0);
        let factor = if sign > 0 { &self.factor * &other.factor } else { &self.factor / &other.factor };
        let name = if dimension.is_empty() {
            Text::default()
        } else if dimension == self.dimension && factor == self.factor {
            self.name.clone()
        } else {
            Text::kept(&spell(&dimension))
        };
        let factor = if name == spell(&dimension) { num(1) } else { factor };
        Self { name, dimension, factor }
    }
}

fn spell(dimension: &BTreeMap<String, i8>) -> String {
    let side = |over: bool| -> String {
        let parts: Vec<String> = dimension
            .iter()
            .filter(|(_, p)| (**p > 0) == over)
            .map(|(b, p)| if p.unsigned_abs() == 1 { b.clone() } else { format!("{b}^{}", p.unsigned_abs()) })
            .collect();
        parts.join("·")
    };
    let (over, under) = (side(true), side(false));
    match (over.is_empty(), under.is_empty()) {
        (_, true) => over,
        (true, false) => format!("1/{under}"),
        (false, false) => format!("{over}/{under}"),
    }
}

/// The units a spec may use.
#[derive(Debug, Clone)]
pub struct UnitTable {
    units: BTreeMap<String, Unit>,
}

impl UnitTable {
    /// The unit of this name.
    pub fn get(&self, name: &str) -> Option<&Unit> {
        self.units.get(name)
    }

    /// Adds a unit; an earlier one of the same name is replaced.
    pub fn define(&mut self, unit: Unit) {
        self.units.insert(unit.name.to_string(), unit);
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.units.keys().map(String::as_str)
    }
}

/// The units the language knows: (name, base, factor as numerator and denominator). An empty base is a plain number.
const UNITS: &[(&str, &str, &str, &str)] = &[
    ("个", "", "1", "1"),
    ("项", "", "1", "1"),
    ("次", "", "1", "1"),
    ("倍", "", "1", "1"),
    ("%", "", "1", "100"),
    ("‰", "", "1", "1000"),
    ("人", "人", "1", "1"),
    ("名", "人", "1", "1"),
    ("people", "人", "1", "1"),
    ("间", "间", "1", "1"),
    ("rooms", "间", "1", "1"),
    ("所", "所", "1", "1"),
    ("schools", "所", "1", "1"),
    ("份", "份", "1", "1"),
    ("台", "台", "1", "1"),
    ("套", "套", "1", "1"),
    ("册", "册", "1", "1"),
    ("件", "件", "1", "1"),
    ("张", "张", "1", "1"),
    ("平方米", "平方米", "1", "1"),
    ("㎡", "平方米", "1", "1"),
    ("m2", "平方米", "1", "1"),
    ("亩", "平方米", "2000", "3"),
    ("公顷", "平方米", "10000", "1"),
    ("平方公里", "平方米", "1000000", "1"),
    ("米", "米", "1", "1"),
    ("公里", "米", "1000", "1"),
    ("元", "元", "1", "1"),
    ("千元", "元", "1000", "1"),
    ("万元", "元", "10000", "1"),
    ("亿元", "元", "100000000", "1"),
    ("分", "分", "1", "1"),
    ("points", "分", "1", "1"),
    ("分钟", "分钟", "1", "1"),
    ("小时", "分钟", "60", "1"),
    ("课时", "课时", "1", "1"),
    ("学时", "学时", "1", "1"),
    ("天", "天", "1", "1"),
    ("月", "月", "1", "1"),
    ("年", "年", "1", "1"),
    ("years", "年", "1", "1"),
];

/// The units of the language.
pub fn builtin_units() -> UnitTable {
    let mut units = BTreeMap::new();
    for &(name, base, over, under) in UNITS {
        let (Some(over), Some(under)) = (parse_num(over), parse_num(under)) else { continue };
        let of = if base.is_empty() { Unit::none() } else { Unit::base(base) };
        units.insert(name.to_string(), of.scaled(name, &(over / under)));
    }
    UnitTable { units }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_cancel_and_convert() {
        let units = builtin_units();
        let people = units.get("人").unwrap();
        let wan = units.get("万元").unwrap();
        assert!(people.per(people).is_plain());
        let per = wan.per(people);
        assert!(per.is_compatible(&units.get("元").unwrap().per(people)));
        assert_eq!(per.name, "元/人");
        assert_eq!(people.per(people).times(people).name, "人");
        assert!(!people.is_compatible(units.get("间").unwrap()));
    }
}

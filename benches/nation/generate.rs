//! Writes the twelve tables of a whole nation of made-up counties: `generate FOLDER [--counties 2895] [--schools 70] [--seed 2026]`.
//!
//! Most counties fulfil most items. Each has faults of its own, every fifth point of the standard in turn and some drawn; some have empty cells;
//! two in fifty have their coefficients of variation exactly on the limit, or one unit over it. The first counties of a larger nation are
//! those of a smaller one. Needs nothing but the standard library: `rustc -O generate.rs`.

mod county;
mod schools;
mod sheets;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use sheets::{Random, Sheets};

/// The points of the standard, each of which some county fails.
pub const POINTS: [&str; 94] = [
    "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "6.1", "6.2", "6.3", "7.1",
    "7.2", "7.3", "8.1", "8.2", "9.1", "9.2", "9.3", "10.1", "10.2", "10.3", "10.4", "11.1", "11.2", "12.1", "13.1", "13.2", "14.1",
    "14.2", "15.1", "16.1", "16.2", "16.3", "17.1", "18.1", "18.2", "19.1", "19.2", "20.1", "21.1", "21.2", "22.1", "23.1", "23.2", "23.3",
    "24.1", "25.1", "25.2", "25.3", "26.1", "27.1", "28.1", "28.2", "28.3", "29.1", "29.2", "30.1", "30.2", "31.1", "31.2", "31.3", "31.4",
    "31.5", "32.1", "32.2", "33.1", "33.2", "33.3", "33.4", "33.5", "34.1", "34.2", "35.1", "35.2", "35.3", "35.4", "35.5", "36.1", "36.2",
    "36.3", "36.4", "36.5", "37.1", "37.2", "37.3", "38.1",
];

/// Trees, so that no name is a real county's.
const SYLLABLES: &str = "枫榆桐槐檀杉榕樟桦楠楸椴栎榛柘";

pub struct County {
    pub code: String,
    pub name: String,
    /// The points it fails.
    faults: BTreeSet<&'static str>,
    /// Are its coefficients of variation exactly on the limit?
    pub on_the_line: bool,
    /// Are there classrooms without an interactive screen, whatever was judged?
    pub plain_rooms: bool,
    pub draw: Random,
}

impl County {
    fn new(n: usize, seed: u64) -> County {
        let mut draw = Random(seed ^ (n as u64 + 1).wrapping_mul(0xd134_2543_de82_ef95));
        let (on_the_line, forced) = (n % 50 >= 48, n / 3 * 5);
        let mut faults: BTreeSet<&str> = match n % 3 {
            _ if on_the_line => BTreeSet::new(),
            0 => BTreeSet::new(),
            1 => (forced..forced + 5).map(|p| POINTS[p % POINTS.len()]).collect(),
            _ => POINTS.into_iter().filter(|_| draw.percent(8)).collect(),
        };
        if n % 50 == 49 {
            faults.insert("1.3");
        }
        // 31 provinces with some 94 counties each, as the codes of the land are formed.
        let code = format!("{:02}{:02}{:02}", 11 + n % 31, 1 + n / 31 / 10, 1 + n / 31 % 10);
        let syllables: Vec<char> = SYLLABLES.chars().collect();
        let mut syllable = || syllables[draw.within(0, syllables.len() as u64 - 1) as usize];
        let name = format!("{}{}{}", syllable(), syllable(), ["县", "市", "区"][n % 3]);
        let plain_rooms = draw.percent(15);
        County { code, name, faults, on_the_line, plain_rooms, draw }
    }

    pub fn fails(&self, point: &str) -> bool {
        self.faults.contains(point)
    }

    /// What the n-th school of a place is named after.
    pub fn name_of(&self, place: &str, n: usize) -> String {
        let syllables: Vec<char> = SYLLABLES.chars().collect();
        let at = |n: usize| syllables[n % syllables.len()];
        let stem = self.name.chars().next().unwrap_or('枫');
        match place {
            "城区" => self.name.chars().take(2).collect(),
            "镇区" => format!("{}{}镇", at(n * 7), stem),
            _ => format!("{}{}村", at(n * 5), at(n * 11 + 3)),
        }
    }
}

/// Writes the tables into `folder`.
pub fn write(folder: &Path, counties: usize, schools: usize, seed: u64) -> io::Result<()> {
    let mut sheets = Sheets::create(folder, seed)?;
    for n in 0..counties {
        let mut county = County::new(n, seed);
        // Every seventh county has left some cells empty.
        sheets.gaps = if n % 7 == 3 && !county.on_the_line { 1500 } else { 0 };
        let founded = schools::found(&mut county, schools);
        county::write(&mut county, &mut sheets, &founded)?;
        schools::write(&mut county, &mut sheets, &founded)?;
    }
    sheets.close()
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut folder, mut counties, mut schools, mut seed) = (None, 2895, 70, 2026);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|n| n.parse::<u64>().ok());
        let read = match argument.as_str() {
            "--counties" => number().map(|n| counties = n as usize),
            "--schools" => number().map(|n| schools = n as usize),
            "--seed" => number().map(|n| seed = n),
            other => {
                folder = Some(other.to_owned());
                Some(())
            }
        };
        if read.is_none() {
            eprintln!("{argument} wants a whole number");
            return ExitCode::from(2);
        }
    }
    let Some(folder) = folder else {
        eprintln!("usage: generate FOLDER [--counties 2895] [--schools 70] [--seed 2026]");
        return ExitCode::from(2);
    };
    match write(Path::new(&folder), counties, schools, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::from(2)
        }
    }
}

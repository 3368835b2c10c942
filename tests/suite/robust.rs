//! Whatever is fed in, the compiler and the reader answer: no panic, no hang, on a small stack.

use biaochi::data::load;
use biaochi::eval::{RunOptions, run};
use biaochi::{CompileOptions, compile_texts};

/// A deterministic stream of numbers (Knuth's MMIX linear congruential generator).
struct Stream(u64);

impl Stream {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n.max(1)
    }
}

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

/// One edit such as a slip of the hand makes.
fn slip(text: &str, stream: &mut Stream) -> String {
    const ODD: [&str; 16] =
        ["“", "”", "（", ")", "{", "：", "、", "\n", "\u{0}", "。", "9999999999", "若 ", "其中 ", "每个 ", "👍", "\u{feff}"];
    if text.is_empty() {
        return ODD[stream.below(ODD.len())].to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let at = stream.below(chars.len());
    let mut lines: Vec<&str> = text.lines().collect();
    match stream.below(6) {
        0 => chars.iter().take(at).collect(),
        1 => chars.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c).collect(),
        2 => chars.iter().take(at).chain(chars.iter().skip(at + stream.below(40))).collect(),
        3 => {
            let other = stream.below(lines.len());
            let here = stream.below(lines.len());
            lines.swap(here, other);
            lines.join("\n")
        }
        4 => {
            let here = stream.below(lines.len());
            let line = lines[here];
            lines.insert(here, line);
            lines.join("\n")
        }
        _ => {
            let head: String = chars.iter().take(at).collect();
            let tail: String = chars.iter().skip(at).collect();
            head + ODD[stream.below(ODD.len())] + &tail
        }
    }
}

fn shipped() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir("specs/jiangxi-2018")
        .unwrap()
        .flatten()
        .filter(|e| e.path().extension().is_some_and(|x| x == "biao"))
        .map(|e| (e.file_name().into_string().unwrap(), std::fs::read_to_string(e.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn slips_in_a_spec_do_no_harm() {
    on_a_small_stack(|| {
        let mut stream = Stream(2026);
        let whole = shipped();
        let mut refused = 0;
        for round in 0..150 {
            let mut files = whole.clone();
            let which = stream.below(files.len());
            for _ in 0..=round % 3 {
                files[which].1 = slip(&files[which].1, &mut stream);
            }
            let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
            let compiled = compile_texts("例", &files, &CompileOptions::default());
            refused += usize::from(compiled.plan.is_none());
            // Whatever was found can be shown.
            biaochi::diagnostic::human(&compiled.diagnostics, &compiled.sources, false);
        }
        assert!(refused > 50, "{refused}");
    });
}

#[test]
fn slips_in_the_data_do_no_harm() {
    let prelude = std::fs::read_to_string("tests/diagnostics/data.biao").unwrap();
    let plan = compile_texts("例", &[("例.biao", &prelude)], &CompileOptions::default()).plan.unwrap();
    let folder = std::env::temp_dir().join(format!("biaochi-slips-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let good = std::path::Path::new("tests/diagnostics/data/unknown_item/data");
    for entry in std::fs::read_dir(good).unwrap().flatten() {
        std::fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    let target = folder.join("学校.csv");
    let text = std::fs::read_to_string(&target).unwrap();
    let mut stream = Stream(7);
    for _ in 0..300 {
        std::fs::write(&target, slip(&slip(&text, &mut stream), &mut stream)).unwrap();
        let (data, _) = load(&plan, std::slice::from_ref(&folder));
        // Also what would not be judged in earnest must not break the evaluator.
        run(&plan, &data, &RunOptions::default());
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn nesting_and_length_are_bounded() {
    on_a_small_stack(|| {
        let prelude = std::fs::read_to_string("tests/diagnostics/prelude.biao").unwrap();
        let rule = |rule: &str| {
            let text = format!("{prelude}类别 甲\n指标 1 “甲” A\n  要点 1 “甲”\n    {rule}\n");
            compile_texts("例", &[("例.biao", &text)], &CompileOptions::default()).diagnostics
        };
        for n in [64, 1_000, 100_000] {
            for (open, close) in [("(", ")"), ("绝对值(", ")"), ("若 是 则 ", ""), ("非 ", ""), ("-", ""), ("“", "”")] {
                rule(&format!("{}1{} ≥ 1", open.repeat(n), close.repeat(n)));
            }
            rule(&format!("1{} ≥ 1", " + 1".repeat(n)));
            rule(&format!("1 ≥ 1{}", " 且 1 ≥ 1".repeat(n)));
        }
        let chain: String = (0..60).map(|i| format!("定义 学校.甲{i} = 甲{} + 甲{}\n", i + 1, i + 1)).collect();
        let text = format!("{prelude}{chain}定义 学校.甲60 = 在校生数\n");
        let found = compile_texts("例", &[("例.biao", &text)], &CompileOptions::default()).diagnostics;
        assert!(found.iter().any(|d| d.code.0 == "E0106" || d.code.0 == "E0107"), "{found:?}");
    });
}

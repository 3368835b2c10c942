//! Findings as text for people, and as JSON and SARIF for programs.

use codespan_reporting::diagnostic::{Diagnostic as Report, Label as ReportLabel, LabelStyle, Severity as ReportSeverity};
use codespan_reporting::files::{Error as FilesError, Files};
use codespan_reporting::term;
use codespan_reporting::term::termcolor::Buffer;
use serde_json::{Value, json as object};

use super::group::{by_kind, groups, of_one_name, together};
use super::{Code, Diagnostic, Place, Severity, describe};
use crate::source::{FileId, SourceFile, SourceMap, Span};

/// Renders the findings for a terminal: each with its place, carets and mends, and a closing count.
pub fn human(diagnostics: &[Diagnostic], sources: &SourceMap, color: bool) -> String {
    let told = of_one_name(diagnostics);
    let mut text: String = groups(&told).iter().map(|g| group(g, sources, color)).collect();
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors + warnings > 0 {
        text.push_str(&format!("共 {errors} 处错误、{warnings} 处警告\n"));
        let kinds = by_kind(diagnostics);
        if errors + warnings >= MANY && !kinds.is_empty() {
            text.push_str(&format!("{kinds}\n"));
        }
    }
    text
}

/// So many findings are counted by their kinds.
const MANY: usize = 6;

/// Findings of one kind under one head, a line each.
fn group(group: &[&Diagnostic], sources: &SourceMap, color: bool) -> String {
    let (Some(first), others) = (group.first(), group.len() > 1) else { return String::new() };
    let Some((head, lines)) = together(group).filter(|_| others) else { return one(first, sources, color) };
    let text = one(&head, sources, color);
    // The lines stand under the place, as a snippet would.
    let at = text.match_indices('\n').nth(1).map_or(text.len(), |(at, _)| at + 1);
    let (above, below) = text.split_at_checked(at).unwrap_or((text.as_str(), ""));
    let lines: String = lines.iter().map(|l| format!("  │ {}\n", single_line(l))).collect();
    format!("{above}{lines}{below}")
}

/// Shows a place of a text with its line and carets, under a title; `here` is said beside the carets.
pub fn excerpt(title: &str, span: Span, here: &str, sources: &SourceMap) -> String {
    let report =
        Report::note().with_message(single_line(title)).with_labels(label(LabelStyle::Primary, span, here, sources).into_iter().collect());
    let mut buffer = Buffer::no_color();
    if term::emit_to_write_style(&mut buffer, &term::Config::default(), &Catalogue(sources), &report).is_err() {
        return format!("{title}\n");
    }
    String::from_utf8_lossy(buffer.as_slice()).replacen("note: ", "", 1)
}

/// Lists the findings as a JSON array, one object each.
pub fn json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Value {
    diagnostics.iter().map(|d| as_object(d, sources)).collect()
}

/// Gives the findings as a SARIF 2.1.0 log of one run.
pub fn sarif(diagnostics: &[Diagnostic], sources: &SourceMap) -> Value {
    let mut codes: Vec<Code> = diagnostics.iter().map(|d| d.code).collect();
    codes.sort();
    codes.dedup();
    let rules: Vec<Value> = codes.iter().map(|c| object!({ "id": c.0, "shortDescription": { "text": describe(*c) } })).collect();
    let results: Vec<Value> = diagnostics.iter().map(|d| sarif_result(d, sources, &codes)).collect();
    object!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "biaochi", "version": env!("CARGO_PKG_VERSION"), "language": "zh-CN", "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn one(diagnostic: &Diagnostic, sources: &SourceMap, color: bool) -> String {
    let report = as_report(diagnostic, sources);
    let config = term::Config::default();
    let mut buffer = if color { Buffer::ansi() } else { Buffer::no_color() };
    let files = Catalogue(sources);
    if term::emit_to_write_style(&mut buffer, &config, &files, &report).is_err() {
        return format!("{}[{}]：{}\n\n", word(diagnostic.severity), diagnostic.code.0, diagnostic.message);
    }
    let text = String::from_utf8_lossy(buffer.as_slice()).into_owned();
    // codespan's severity words are fixed; the header comes first, so the first match is always its own.
    let (theirs, ours) = match diagnostic.severity {
        Severity::Error => ("error[", "错误["),
        Severity::Warning => ("warning[", "警告["),
        Severity::Note => ("note[", "提示["),
    };
    with_cell(with_layers(text.replacen(theirs, ours, 1), sources), diagnostic)
}

/// Names the layer behind each place of a standard in layers.
fn with_layers(text: String, sources: &SourceMap) -> String {
    let named = |line: &str| {
        let place = line.trim_start().strip_prefix("┌─ ")?;
        let is_of = |name: &str| place.strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
        let file = sources.files().find(|(_, f)| is_of(&f.name))?;
        sources.layer_of(Span::new(file.0, 0, 0)).map(|layer| format!("{line}（{layer}）\n"))
    };
    text.lines().map(|line| named(line).unwrap_or_else(|| format!("{line}\n"))).collect()
}

/// Puts the place of a data finding under its header, where codespan would show a snippet.
fn with_cell(text: String, diagnostic: &Diagnostic) -> String {
    let Some(place) = cell_place(&diagnostic.place) else { return text };
    let Some((header, rest)) = text.split_once('\n') else { return text };
    let here = if diagnostic.here.is_empty() { String::new() } else { format!("  │ {}\n", single_line(&diagnostic.here)) };
    format!("{header}\n  ┌─ {place}\n{here}{rest}")
}

/// Where a cell stands, as text; `None` for other places.
pub fn cell_place(place: &Place) -> Option<String> {
    let Place::Cell { file, sheet, line, cell, column, row } = place else { return None };
    let mut text = file.clone();
    if let Some(sheet) = sheet {
        text.push_str(&format!("!{sheet}"));
    }
    match (sheet, cell, line) {
        (Some(_), Some(cell), _) => text.push_str(&format!("!{cell}")),
        (Some(_), None, Some(line)) => text.push_str(&format!(" 第 {line} 行")),
        (None, _, Some(line)) => text.push_str(&format!(":{line}")),
        _ => {}
    }
    if let Some(column) = column.as_ref().filter(|c| !c.is_empty()) {
        text.push_str(&format!(" 列“{column}”"));
    }
    if let Some(row) = row {
        text.push_str(&format!(" [{row}]"));
    }
    Some(text)
}

fn as_report(diagnostic: &Diagnostic, sources: &SourceMap) -> Report<FileId> {
    let severity = match diagnostic.severity {
        Severity::Error => ReportSeverity::Error,
        Severity::Warning => ReportSeverity::Warning,
        Severity::Note => ReportSeverity::Note,
    };
    let mut labels = Vec::new();
    if let Place::Spec(span) = diagnostic.place {
        labels.extend(label(LabelStyle::Primary, span, &diagnostic.here, sources));
    }
    labels.extend(diagnostic.labels.iter().filter_map(|l| label(LabelStyle::Secondary, l.span, &l.text, sources)));
    let mut notes: Vec<String> = Vec::new();
    if diagnostic.place == Place::None && !diagnostic.here.is_empty() {
        notes.push(diagnostic.here.clone());
    }
    notes.extend(diagnostic.help.iter().map(|h| format!("帮助：{h}")));
    Report::new(severity).with_code(diagnostic.code.0).with_message(single_line(&diagnostic.message)).with_labels(labels).with_notes(notes)
}

fn label(style: LabelStyle, span: Span, text: &str, sources: &SourceMap) -> Option<ReportLabel<FileId>> {
    let file = sources.get(span.file)?;
    let start = floor(&file.text, span.start as usize);
    let end = floor(&file.text, span.end as usize).max(start);
    Some(ReportLabel::new(style, span.file, start..end).with_message(text))
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at = at.saturating_sub(1);
    }
    at
}

fn single_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim_end).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "错误",
        Severity::Warning => "警告",
        Severity::Note => "提示",
    }
}

/// Start and end, each as 1-based line and column in characters, the end exclusive.
struct Region {
    file: String,
    start: (usize, usize),
    end: (usize, usize),
}

fn region(span: Span, sources: &SourceMap) -> Option<Region> {
    let file = sources.get(span.file)?;
    let end = Span { start: span.end.max(span.start), ..span };
    Some(Region { file: file.name.clone(), start: sources.line_column(span), end: sources.line_column(end) })
}

fn as_object(diagnostic: &Diagnostic, sources: &SourceMap) -> Value {
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .filter_map(|l| {
            let region = region(l.span, sources)?;
            let ((line, column), (end_line, end_column)) = (region.start, region.end);
            Some(object!({
                "text": l.text, "file": region.file, "layer": sources.layer_of(l.span), "line": line, "column": column, "end_line": end_line, "end_column": end_column,
            }))
        })
        .collect();
    let mut value = object!({
        "code": diagnostic.code.0,
        "severity": severity_word(diagnostic.severity),
        "message": diagnostic.message,
        "file": null, "line": null, "column": null, "end_line": null, "end_column": null,
        "here": diagnostic.here,
        "labels": labels,
        "help": diagnostic.help,
    });
    let Some(map) = value.as_object_mut() else { return value };
    let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
    match &diagnostic.place {
        Place::Spec(span) => {
            if let Some(region) = region(*span, sources) {
                set("file", region.file.into());
                set("line", region.start.0.into());
                set("column", region.start.1.into());
                set("end_line", region.end.0.into());
                set("end_column", region.end.1.into());
            }
            if let Some(layer) = sources.layer_of(*span) {
                set("layer", layer.into());
            }
        }
        Place::Cell { file, sheet, line, cell, column, row } => {
            set("file", file.clone().into());
            set("line", (*line).into());
            for (name, part) in [("sheet", sheet), ("cell", cell), ("column_name", column), ("row", row)] {
                if let Some(part) = part {
                    set(name, part.clone().into());
                }
            }
            for (name, part) in [("found", &diagnostic.found), ("expected", &diagnostic.expected)] {
                if let Some(part) = part {
                    set(name, part.clone().into());
                }
            }
        }
        Place::None => {}
    }
    value
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn sarif_result(diagnostic: &Diagnostic, sources: &SourceMap, codes: &[Code]) -> Value {
    let mut text = diagnostic.message.clone();
    let place = cell_place(&diagnostic.place).into_iter();
    for more in place.chain(diagnostic.help.iter().map(|h| format!("帮助：{h}"))) {
        text.push('\n');
        text.push_str(&more);
    }
    let mut related = Vec::new();
    for (id, label) in diagnostic.labels.iter().enumerate() {
        if let Some(Value::Object(mut location)) = spec_location(label.span, sources) {
            location.insert("id".to_owned(), id.into());
            location.insert("message".to_owned(), object!({ "text": label.text }));
            related.push(Value::Object(location));
        }
    }
    let location = match &diagnostic.place {
        Place::Spec(span) => spec_location(*span, sources),
        Place::Cell { file, line, .. } => Some(cell_location(file, *line)),
        Place::None => None,
    };
    object!({
        "ruleId": diagnostic.code.0,
        "ruleIndex": codes.iter().position(|c| *c == diagnostic.code),
        "level": severity_word(diagnostic.severity),
        "message": { "text": text },
        "locations": location.into_iter().collect::<Vec<_>>(),
        "relatedLocations": related,
    })
}

fn spec_location(span: Span, sources: &SourceMap) -> Option<Value> {
    let Region { file, start, end } = region(span, sources)?;
    let region = object!({ "startLine": start.0, "startColumn": start.1, "endLine": end.0, "endColumn": end.1 });
    let mut location = object!({ "physicalLocation": { "artifactLocation": { "uri": uri(&file) }, "region": region } });
    if let (Some(layer), Some(map)) = (sources.layer_of(span), location.as_object_mut()) {
        map.insert("logicalLocations".to_owned(), object!([{ "name": layer, "kind": "namespace" }]));
    }
    Some(location)
}

fn cell_location(file: &str, line: Option<u64>) -> Value {
    let mut physical = object!({ "artifactLocation": { "uri": uri(file) } });
    if let (Some(line), Some(map)) = (line, physical.as_object_mut()) {
        map.insert("region".to_owned(), object!({ "startLine": line }));
    }
    object!({ "physicalLocation": physical })
}

/// A path as a URI reference: SARIF allows no raw Chinese or spaces in it.
fn uri(path: &str) -> String {
    let mut text = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// The source map as codespan wants to see it.
struct Catalogue<'m>(&'m SourceMap);

impl<'m> Catalogue<'m> {
    fn file(&self, id: FileId) -> Result<&'m SourceFile, FilesError> {
        self.0.get(id).ok_or(FilesError::FileMissing)
    }

    /// The byte at which a 0-based line starts.
    fn line_start(&self, id: FileId, line: usize) -> Result<usize, FilesError> {
        let text = &self.file(id)?.text;
        let mut starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).chain([text.len()]);
        starts.nth(line).ok_or(FilesError::LineTooLarge { given: line, max: text.matches('\n').count() })
    }
}

impl<'m> Files<'m> for Catalogue<'m> {
    type FileId = FileId;
    type Name = &'m str;
    type Source = &'m str;

    fn name(&'m self, id: FileId) -> Result<&'m str, FilesError> {
        Ok(&self.file(id)?.name)
    }

    fn source(&'m self, id: FileId) -> Result<&'m str, FilesError> {
        Ok(&self.file(id)?.text)
    }

    fn line_index(&'m self, id: FileId, byte: usize) -> Result<usize, FilesError> {
        self.file(id)?;
        Ok(self.0.line_column(Span::new(id, byte, byte)).0.saturating_sub(1))
    }

    fn line_range(&'m self, id: FileId, line: usize) -> Result<std::ops::Range<usize>, FilesError> {
        let start = self.line_start(id, line)?;
        let end = self.line_start(id, line + 1).unwrap_or(self.file(id)?.text.len());
        Ok(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LayerId;

    const TEXT: &str = "标准 “甲”\n类别 规则乙\n指标 1 “丙” 丁\n";

    fn spec() -> (SourceMap, Diagnostic) {
        let mut sources = SourceMap::default();
        let file = sources.add("规则.biao", TEXT, LayerId(0));
        let at = |word: &str| {
            let start = TEXT.find(word).unwrap();
            Span::new(file, start, start + word.len())
        };
        let diagnostic = Diagnostic::error(Code::UNKNOWN_NATURE, at("丁"), "没有“丁”这一性质")
            .here("此处")
            .also(at("规则乙"), "在这一类里")
            .help("是否想写“丙”？");
        (sources, diagnostic)
    }

    /// How wide a terminal shows the text, for the characters used here.
    fn width(text: &str) -> usize {
        text.chars().map(|c| if ('\u{2e80}'..='\u{ffe6}').contains(&c) { 2 } else { 1 }).sum()
    }

    #[test]
    fn carets_stand_under_chinese() {
        let (sources, diagnostic) = spec();
        let text = human(&[diagnostic], &sources, false);
        let lines: Vec<&str> = text.lines().collect();
        let source = lines.iter().position(|l| l.contains("指标 1")).unwrap();
        let before = lines[source].split('丁').next().unwrap();
        let caret = lines[source + 1].split('^').next().unwrap();
        assert_eq!(width(before), width(caret), "{text}");
        assert!(lines[source + 1].contains("^^ 此处"), "{text}");
    }

    #[test]
    fn the_page_reads_as_chinese() {
        let (sources, diagnostic) = spec();
        let text = human(&[diagnostic], &sources, false);
        assert!(text.starts_with("错误[E0308]: 没有“丁”这一性质\n"), "{text}");
        assert!(text.contains("┌─ 规则.biao:3:"), "{text}");
        assert!(text.contains("= 帮助：是否想写“丙”？"), "{text}");
        assert!(text.ends_with("共 1 处错误、0 处警告\n"), "{text}");
    }

    #[test]
    fn colour_only_adds_escapes() {
        let (sources, diagnostic) = spec();
        let coloured = human(std::slice::from_ref(&diagnostic), &sources, true);
        assert!(coloured.contains('\u{1b}') && coloured.contains("错误[E0308]"), "{coloured}");
        assert!(!human(&[diagnostic], &sources, false).contains('\u{1b}'));
    }

    #[test]
    fn a_cell_is_named_by_file_line_column_and_row() {
        let (column, row) = (Some("乙".into()), Some("S03".into()));
        let place = Place::Cell { file: "甲.csv".into(), sheet: None, line: Some(12), cell: None, column, row };
        let diagnostic = Diagnostic::at(Code::BAD_CELL, place, "“1e3”不是数").here("读到“1e3”");
        let text = human(std::slice::from_ref(&diagnostic), &SourceMap::default(), false);
        assert!(text.starts_with("错误[E0605]: “1e3”不是数\n  ┌─ 甲.csv:12 列“乙” [S03]\n  │ 读到“1e3”\n"), "{text}");
        let value = json(&[diagnostic], &SourceMap::default());
        assert_eq!(value[0]["line"], 12);
        assert_eq!(value[0]["column"], Value::Null);
        assert_eq!(value[0]["column_name"], "乙");
        assert_eq!(value[0]["row"], "S03");
    }

    #[test]
    fn a_cell_of_a_workbook_is_named_by_file_sheet_and_cell() {
        let (sheet, cell) = (Some("表".to_owned()), Some("C12".to_owned()));
        let place = Place::Cell { file: "甲.xlsx".into(), sheet, line: Some(12), cell, column: Some("乙".into()), row: None };
        let diagnostic = Diagnostic::at(Code::BAD_CELL, place, "不是数");
        assert!(human(std::slice::from_ref(&diagnostic), &SourceMap::default(), false).contains("┌─ 甲.xlsx!表!C12 列“乙”\n"));
        assert_eq!(json(&[diagnostic], &SourceMap::default())[0]["cell"], "C12");
    }

    #[test]
    fn json_counts_in_characters() {
        let (sources, diagnostic) = spec();
        let value = json(&[diagnostic], &sources);
        let first = &value[0];
        assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(3), Some(10)));
        assert_eq!((first["end_line"].as_u64(), first["end_column"].as_u64()), (Some(3), Some(11)));
        assert_eq!(first["labels"][0]["line"], 2);
        assert_eq!(first["help"][0], "是否想写“丙”？");
    }

    #[test]
    fn sarif_names_the_rule_and_escapes_the_path() {
        let (sources, diagnostic) = spec();
        let log = sarif(&[diagnostic], &sources);
        let run = &log["runs"][0];
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(run["results"][0]["ruleId"], run["tool"]["driver"]["rules"][0]["id"]);
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "%E8%A7%84%E5%88%99.biao");
        assert_eq!(place["region"]["startColumn"], 10);
    }

    #[test]
    fn a_span_outside_the_text_or_inside_a_character_does_no_harm() {
        let mut sources = SourceMap::default();
        let file = sources.add("a.biao", "标准", LayerId(0));
        for (start, end) in [(1, 2), (0, 900), (900, 950), (6, 6)] {
            let text = human(&[Diagnostic::warning(Code::TEXT_NUMBER, Span::new(file, start, end), "x")], &sources, false);
            assert!(text.starts_with("警告[W0501]: x\n"), "{text}");
        }
        let elsewhere = Diagnostic::error(Code::CYCLE, Span::new(FileId(7), 0, 1), "x");
        assert!(human(&[elsewhere], &sources, false).starts_with("错误[E0312]: x\n"));
    }
}

//! What is wrong with a template, in the reader's words, at its line.

use crate::diagnostic::{Code, Diagnostic, Place};
use minijinja::{Error, ErrorKind};
use std::error::Error as _;
use std::path::Path;

/// Built-in templates under a name that no file of the user's takes the place of.
pub const BUILTIN: &str = "builtin/";

/// How many characters of a line are quoted.
const QUOTED: usize = 60;

/// Where the error arose, be it in a template that another one includes or extends.
pub fn complaint(folder: Option<&Path>, error: &Error) -> Diagnostic {
    let mut at = error;
    while let Some(inner) = at.source().and_then(|s| s.downcast_ref::<Error>()) {
        at = inner;
    }
    let name = at.name().or(error.name()).unwrap_or_default();
    let own = folder.map(|f| f.join(name)).filter(|path| path.is_file());
    let file = own.map_or_else(|| name.to_string(), |path| path.display().to_string());
    let line = at.line().unwrap_or(0);
    let text = at.template_source().and_then(|s| s.lines().nth(line.checked_sub(1)?)).map(str::trim).filter(|t| !t.is_empty());
    let quoted = text.map_or_else(String::new, |t| format!("：{}", t.chars().take(QUOTED).collect::<String>()));
    let about = what(at).map_or_else(String::new, |what| format!("“{what}”"));
    let found = broken(&file, line, &format!("{}{about}{quoted}", reason(at)));
    if name.starts_with(BUILTIN) { found.help("这是内置模板用到的，看看换掉的块里给它的东西") } else { found }
}

fn reason(error: &Error) -> &'static str {
    let detail = error.detail().unwrap_or_default();
    match error.kind() {
        ErrorKind::SyntaxError => "写法不对",
        ErrorKind::UndefinedError => "没有这个字段或名称",
        ErrorKind::UnknownFilter => "没有这个过滤器",
        ErrorKind::UnknownTest => "没有这个判断",
        ErrorKind::UnknownFunction => "没有这个函数",
        ErrorKind::UnknownMethod => "没有这个方法",
        ErrorKind::UnknownBlock => "没有这个块",
        ErrorKind::TemplateNotFound | ErrorKind::BadInclude => "找不到要引用的模板",
        ErrorKind::OutOfFuel => "算得太多，停下了：循环没有尽头，或者重复得太大",
        ErrorKind::MissingArgument => "少了参数",
        ErrorKind::TooManyArguments => "多了参数",
        ErrorKind::CannotUnpack => "拆不成这么多项",
        _ if detail.contains("recursion") => "一层套一层，没有尽头",
        _ => "这样的运算不成立",
    }
}

/// The very words that are wrong, where they are few.
fn what(error: &Error) -> Option<String> {
    let text = error.template_source()?.get(error.range()?)?.trim();
    (!text.is_empty() && text.chars().count() <= QUOTED && !text.contains('\n')).then(|| text.to_string())
}

/// A complaint about a file of templates or words.
pub fn broken(file: &str, line: usize, detail: &str) -> Diagnostic {
    let line = u64::try_from(line).ok().filter(|l| *l > 0);
    let place = Place::Cell { file: file.to_string(), sheet: None, line, cell: None, column: None, row: None };
    let found = Diagnostic::at(Code::TEMPLATE, place, format!("报告模板有误：{detail}"));
    found.help("请改正该模板；去掉“--template”则使用内置模板；可用的字段见 biaochi template-dir 写出的 README.md")
}

pub fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    broken(&path.display().to_string(), 0, &format!("读不了（{error}）"))
}

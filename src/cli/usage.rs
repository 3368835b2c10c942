//! Mistakes on the command line, in the reader's words.

use std::process::ExitCode;

use biaochi::diagnostic::{Code, Diagnostic, Place, did_you_mean};
use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Color, Screen, colored, output};

/// Prints help where it was asked for, a finding else, and gives the exit code.
pub fn report(error: &Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::print(&error.render().to_string()).map_or_else(|_| ExitCode::from(2), |()| ExitCode::SUCCESS)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::complain(&error.render().to_string());
            ExitCode::from(2)
        }
        _ => {
            let screen = Screen { color: colored(Color::Auto) };
            screen.show(&[as_diagnostic(error)], &biaochi::source::SourceMap::default());
            ExitCode::from(2)
        }
    }
}

fn as_diagnostic(error: &Error) -> Diagnostic {
    let argument = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    let message = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("“{argument}”后面缺少取值"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("“{argument}”不能取“{value}”"),
        ErrorKind::UnknownArgument => format!("不认识“{argument}”"),
        ErrorKind::InvalidSubcommand => format!("没有“{}”这个命令", context(error, ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少“{argument}”"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::ArgumentConflict => format!("“{argument}”重复，或与“{}”不能同用", context(error, ContextKind::PriorArg)),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("“{argument}”的取值个数不对")
        }
        ErrorKind::InvalidUtf8 => "参数不是有效的文字".to_owned(),
        _ => "命令行的写法不对".to_owned(),
    };
    let mut finding = Diagnostic::at(Code::BAD_OPTION, Place::None, message);
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue].map(|k| context(error, k));
    if let Some(name) = near.iter().find(|n| !n.is_empty()) {
        finding = finding.help(did_you_mean(&[name.as_str()]).unwrap_or_default());
    }
    let valid = [ContextKind::ValidValue, ContextKind::ValidSubcommand].map(|k| context(error, k));
    if let Some(values) = valid.iter().find(|v| !v.is_empty()) {
        finding = finding.help(format!("可以写：{values}"));
    }
    finding.help("加 --help 查看用法和示例")
}

/// A part of the error, several joined, without clap's `...` for “more of these”.
fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.replace("...", ""),
        Some(ContextValue::Strings(texts)) => texts.join("、").replace("...", ""),
        _ => String::new(),
    }
}

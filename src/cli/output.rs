//! Text to the streams, files to a folder: whole or not at all.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write, stderr, stdout};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use biaochi::diagnostic::{Code, Diagnostic, Place};

/// Prints a result to stdout, ending in one line break; a reader that has gone away is no mistake.
pub fn print(text: &str) -> Result<(), Diagnostic> {
    let mut out = stdout().lock();
    let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
    match out.write_all(text.as_bytes()).and_then(|()| out.write_all(end.as_bytes())).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(failed("标准输出", &error)),
        _ => Ok(()),
    }
}

/// Prints a piece of a result to stdout as it is.
pub fn piece(bytes: &[u8]) -> Result<(), Diagnostic> {
    match stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(failed("标准输出", &error)),
        _ => Ok(()),
    }
}

/// Prints to stderr; there is nowhere to say that this failed.
pub fn complain(text: &str) {
    let _ = stderr().lock().write_all(text.as_bytes());
}

/// The folder and the name of a workbook to write.
pub fn workbook(path: &Path) -> Result<(&Path, String), Diagnostic> {
    let is_book = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx"));
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    let Some(name) = name.filter(|_| is_book) else {
        let message = format!("“{}”不是 .xlsx 工作簿的文件名", path.display());
        return Err(Diagnostic::at(Code::BAD_OPTION, Place::None, message).help("写成 名称.xlsx"));
    };
    Ok((path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")), name))
}

/// Writes all files of a folder or none.
pub fn write_all(folder: &Path, files: &[(String, impl AsRef<[u8]>)]) -> Result<(), Diagnostic> {
    let mut stage = Stage::open(folder);
    for (name, text) in files {
        stage.put(name, text.as_ref())?;
    }
    stage.settle()
}

/// A file that is written piece by piece. What is there already is brought to the disk meanwhile: at the end little is left to wait for.
struct Growing {
    target: PathBuf,
    file: BufWriter<fs::File>,
    /// How many bytes were written since it was last sent to the disk.
    behind: usize,
    sending: Option<JoinHandle<io::Result<()>>>,
}

/// So many bytes are sent to the disk at a time.
const SENT: usize = 16 << 20;

impl Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.behind += bytes.len();
        if self.behind < SENT || self.sending.as_ref().is_some_and(|s| !s.is_finished()) {
            return Ok(());
        }
        self.sent()?;
        self.file.flush()?;
        let file = self.file.get_ref().try_clone()?;
        self.sending = Some(thread::spawn(move || file.sync_data()));
        self.behind = 0;
        Ok(())
    }

    /// Waits for what is on its way; an error is told but once, so none may be lost.
    fn sent(&mut self) -> io::Result<()> {
        self.sending.take().map_or(Ok(()), |sending| sending.join().unwrap_or_else(|_| Err(ErrorKind::Other.into())))
    }
}

/// Files on their way into a folder: under temporary names, and under their own once every one is on disk. Dropped before that, it leaves
/// nothing behind.
pub struct Stage {
    folder: PathBuf,
    /// The outermost folder that this run had to make, which nobody else can have filled yet.
    made: Option<PathBuf>,
    staged: Vec<(PathBuf, PathBuf)>,
    /// The file that is being written piece by piece.
    open: Option<Growing>,
    settled: bool,
}

impl Stage {
    /// Nothing is made before the first file.
    pub fn open(folder: &Path) -> Self {
        let made = folder.ancestors().filter(|a| !a.as_os_str().is_empty()).take_while(|a| !a.exists()).last();
        Self { made: made.map(Path::to_path_buf), folder: folder.to_path_buf(), staged: Vec::new(), open: None, settled: false }
    }

    /// The names of the files so far.
    pub fn names(&self) -> impl Iterator<Item = &Path> {
        self.staged.iter().map(|(_, target)| target.as_path())
    }

    /// A whole file.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
        let (temporary, target) = self.stage(name)?;
        fs::write(&temporary, bytes).map_err(|e| failed(&target.display().to_string(), &e))
    }

    /// The next piece of a file; a file that is written so is the only one at a time.
    pub fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
        let target = self.folder.join(name);
        let shown = target.display().to_string();
        if self.open.as_ref().is_none_or(|open| open.target != target) {
            self.close()?;
            let (temporary, _) = self.stage(name)?;
            let file = fs::File::create(&temporary).map_err(|e| failed(&shown, &e))?;
            self.open = Some(Growing { target, file: BufWriter::new(file), behind: 0, sending: None });
        }
        match &mut self.open {
            Some(open) => open.write(bytes).map_err(|e| failed(&shown, &e)),
            None => Ok(()),
        }
    }

    fn stage(&mut self, name: &str) -> Result<(PathBuf, PathBuf), Diagnostic> {
        fs::create_dir_all(&self.folder).map_err(|e| failed(&self.folder.display().to_string(), &e))?;
        let target = self.folder.join(name);
        let shown = target.display().to_string();
        if target.is_dir() {
            return Err(failed(&shown, &io::Error::from(ErrorKind::IsADirectory)));
        }
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(|e| failed(&shown, &e))?;
        }
        let base = target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let temporary = target.with_file_name(format!(".{base}.{}.tmp", std::process::id()));
        self.staged.push((temporary.clone(), target.clone()));
        Ok((temporary, target))
    }

    fn close(&mut self) -> Result<(), Diagnostic> {
        match self.open.take() {
            Some(mut open) => open.file.flush().and_then(|()| open.sent()).map_err(|e| failed(&open.target.display().to_string(), &e)),
            None => Ok(()),
        }
    }

    /// Brings every file to the disk, then gives each its name. One pass of syncs after all writes: the first carries most of the rest along.
    pub fn settle(mut self) -> Result<(), Diagnostic> {
        self.close()?;
        for (temporary, target) in &self.staged {
            let file = fs::OpenOptions::new().write(true).open(temporary);
            file.and_then(|f| f.sync_all()).map_err(|e| failed(&target.display().to_string(), &e))?;
        }
        for (from, to) in &self.staged {
            fs::rename(from, to).map_err(|e| failed(&to.display().to_string(), &e))?;
        }
        self.settled = true;
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        for (temporary, _) in &self.staged {
            let _ = fs::remove_file(temporary);
        }
        if let Some(made) = &self.made {
            let _ = fs::remove_dir_all(made);
        }
    }
}

fn failed(what: &str, error: &io::Error) -> Diagnostic {
    let (why, mend) = match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => ("没有写的权限", "换一个可写的文件夹，或请管理员开放权限"),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => ("这里已有同名的文件，不是文件夹", "换一个文件夹名"),
        ErrorKind::IsADirectory => ("这里已有同名的文件夹", "移走该文件夹，或换一个 --out"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ("磁盘已满", "腾出空间后再试"),
        _ => ("系统拒绝写入", "检查路径是否正确、文件是否被其他程序占用"),
    };
    Diagnostic::at(Code::WRITE, Place::None, format!("“{what}”写不了：{why}")).help(mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("biaochi-output-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn file(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn all_files_appear_and_nothing_else() {
        let root = scratch("all");
        let folder = root.join("a/b");
        write_all(&folder, &[file("一.md", "1"), file("sub/二.md", "2")]).unwrap();
        write_all(&folder, &[file("一.md", "新")]).unwrap();
        assert_eq!(names(&folder), ["sub", "一.md"]);
        assert_eq!(fs::read_to_string(folder.join("一.md")).unwrap(), "新");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_long_file_arrives_whole() {
        let root = scratch("long");
        let piece: Vec<u8> = (0..SENT / 3).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let mut stage = Stage::open(&root);
        (0..10).for_each(|_| stage.append("长.json", &piece).unwrap());
        stage.append("短.json", b"{}").unwrap();
        stage.settle().unwrap();
        assert_eq!(fs::read(root.join("长.json")).unwrap(), piece.repeat(10));
        assert_eq!(names(&root), ["短.json", "长.json"]);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn one_that_cannot_be_written_keeps_all_back() {
        let root = scratch("none");
        fs::write(root.join("一.md"), "旧").unwrap();
        fs::create_dir(root.join("二.md")).unwrap();
        let error = write_all(&root, &[file("一.md", "新"), file("二.md", "x")]).unwrap_err();
        assert_eq!(error.code, Code::WRITE);
        assert_eq!(fs::read_to_string(root.join("一.md")).unwrap(), "旧");
        assert_eq!(names(&root), ["一.md", "二.md"]);
        assert!(write_all(&root.join("一.md/x"), &[file("a", "b")]).is_err());
        fs::remove_dir_all(root).unwrap();
    }
}

//! Chromium without a window, driven over its DevTools pipe: JSON messages, each closed by a zero byte, through two named pipes.

use serde_json::{Value, json};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long the browser may take for one answer.
const PATIENCE: Duration = Duration::from_secs(180);

/// A browser with one page, and what went wrong on it.
pub struct Browser {
    child: Child,
    to: File,
    from: Receiver<Value>,
    next: u64,
    session: Value,
    /// Errors of the console, exceptions and broken policies, dialogs.
    pub complaints: Vec<String>,
    /// Every address that was asked for.
    pub requests: Vec<String>,
}

/// The browser of this machine. There is none to do without: a machine that lacks it fails here.
fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return named.into();
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let found = names.iter().flat_map(|n| folders.iter().map(move |f| f.join(n))).find(|p| p.is_file());
    found.expect("these tests need Chromium: apt-get install chromium fonts-noto-cjk poppler-utils, or name it in CHROMIUM")
}

impl Browser {
    /// Starts a browser with an empty page; `name` keeps those of several tests apart.
    pub fn open(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let (to, from) = (folder.join("to"), folder.join("from"));
        assert!(Command::new("mkfifo").args([&to, &from]).status().unwrap().success());
        let flags = "--headless=new --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking --disable-component-update";
        let script = format!("exec \"$0\" --remote-debugging-pipe {flags} --user-data-dir=\"$3\" about:blank 3<\"$1\" 4>\"$2\"");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(script).arg(binary()).args([&to, &from, &folder.join("profile")]);
        let child = shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Opening a named pipe waits for the other end, in the order in which the shell opens them.
        let to = OpenOptions::new().write(true).open(to).unwrap();
        let (sender, receiver) = channel();
        let from = File::open(from).unwrap();
        std::thread::spawn(move || {
            let mut from = BufReader::new(from);
            let mut message = Vec::new();
            while from.read_until(0, &mut message).is_ok_and(|n| n > 0) {
                message.pop();
                if sender.send(serde_json::from_slice(&message).unwrap()).is_err() {
                    return;
                }
                message.clear();
            }
        });
        let mut browser = Self { child, to, from: receiver, next: 0, session: Value::Null, complaints: Vec::new(), requests: Vec::new() };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}))["targetId"].clone();
        browser.session = browser.call("Target.attachToTarget", json!({"targetId": target, "flatten": true}))["sessionId"].clone();
        for domain in ["Page.enable", "Runtime.enable", "Log.enable", "Network.enable"] {
            browser.call(domain, json!({}));
        }
        browser
    }

    /// Sends a command and waits for its answer.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        let mut message = json!({"id": id, "method": method, "params": params});
        if self.session.is_string() {
            message["sessionId"] = self.session.clone();
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let answer = self.hear(method);
            if answer["id"] == id {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }

    /// The next message; what it complains of is noted.
    fn hear(&mut self, waiting_for: &str) -> Value {
        let message = self.from.recv_timeout(PATIENCE).unwrap_or_else(|e| panic!("{waiting_for}: no answer from the browser ({e})"));
        let params = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => self.complaints.push(params["exceptionDetails"].to_string()),
            "Runtime.consoleAPICalled" if params["type"] == "error" => self.complaints.push(params["args"].to_string()),
            "Log.entryAdded" => self.complaints.push(params["entry"].to_string()),
            "Page.javascriptDialogOpening" => self.complaints.push(format!("dialog: {}", params["message"])),
            "Network.requestWillBeSent" => self.requests.push(params["request"]["url"].to_string()),
            _ => {}
        }
        message
    }

    /// Opens a file at a width, with an address's part after `#`.
    pub fn visit(&mut self, file: &Path, hash: &str, width: u32) {
        self.size(width);
        // From an empty page, so that a change of the part after # loads the file again.
        self.load("about:blank");
        self.load(&format!("file://{}{hash}", file.display()));
    }

    fn load(&mut self, url: &str) {
        self.call("Page.navigate", json!({"url": url}));
        while self.hear("Page.loadEventFired")["method"] != "Page.loadEventFired" {}
    }

    pub fn size(&mut self, width: u32) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// The value of an expression on the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let wanted = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.call("Runtime.evaluate", wanted);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {}", result["exceptionDetails"]);
        result["result"]["value"].clone()
    }

    pub fn number(&mut self, expression: &str) -> u64 {
        self.value(expression).as_u64().unwrap_or_else(|| panic!("{expression} is no count"))
    }

    pub fn text(&mut self, expression: &str) -> String {
        self.value(expression).as_str().unwrap_or_else(|| panic!("{expression} is no text")).to_owned()
    }

    /// Clicks in the middle of the first element that a selector finds.
    pub fn click(&mut self, selector: &str) {
        let at = self.value(&format!(
            "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{block: 'center'}}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Presses a key on what has the focus.
    pub fn key(&mut self, key: &str, code: u32) {
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in [if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "keyUp"] {
            let event =
                json!({"type": kind, "key": key, "code": key, "text": text, "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code});
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Writes a text into what has the focus.
    pub fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// What stands on each page that the printer would get.
    pub fn printed(&mut self, to: &Path) -> Vec<String> {
        let print = json!({"preferCSSPageSize": true, "printBackground": true});
        let data = self.call("Page.printToPDF", print)["data"].as_str().unwrap().to_owned();
        fs::write(to, bytes(&data)).unwrap();
        let text = Command::new("pdftotext").args(["-layout".as_ref(), to.as_os_str(), "-".as_ref()]).output();
        let text = text.expect("these tests need pdftotext: apt-get install poppler-utils").stdout;
        String::from_utf8(text).unwrap().trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
    }

    /// Keeps a picture of the page for people to look at.
    pub fn picture(&mut self, to: &Path) {
        let data = self.call("Page.captureScreenshot", json!({"format": "png"}))["data"].as_str().unwrap().to_owned();
        fs::write(to, bytes(&data)).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bytes that a text in base 64 stands for.
fn bytes(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|c| *c != b'=').map(value).collect();
    let of_group = |group: &[u8]| {
        let whole = group.iter().fold(0u32, |sum, v| sum << 6 | u32::from(*v)) << (6 * (4 - group.len()));
        whole.to_be_bytes()[1..group.len()].to_vec()
    };
    letters.chunks(4).flat_map(of_group).collect()
}

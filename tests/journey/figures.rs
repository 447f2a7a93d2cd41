//! How long the window takes to be usable, and what it takes of the computer when nobody asks it anything.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::webdriver::Window;

/// How long nothing is asked of it.
const IDLE: Duration = Duration::from_secs(20);

/// Prints the figures of a window that was just opened.
pub(crate) fn print(window: &Window) {
    window.wait_for("the window", "return performance.getEntriesByName('usable')[0]");
    let mark = |name: &str| {
        let script =
            format!("return performance.timeOrigin + performance.getEntriesByName('{name}')[0].startTime");
        window.run(&script).as_f64().unwrap() / 1000.0
    };
    let painted = window.run(
        "const paint = performance.getEntriesByType('paint')[0]; \
         return paint ? performance.timeOrigin + paint.startTime : null",
    );
    let pid = process();
    let began = began(pid);
    let page = window.run("return performance.timeOrigin").as_f64().unwrap() / 1000.0;
    println!("the page begun after {:.0} ms", (page - began) * 1000.0);
    println!("usable after {:.0} ms", (mark("usable") - began) * 1000.0);
    if let Some(painted) = painted.as_f64() {
        println!("first painted after {:.0} ms", (painted / 1000.0 - began) * 1000.0);
    }
    // What is done once after the start is over by then: the model, a copy of the conversations.
    sleep(Duration::from_secs(15));
    let before = ticks(pid);
    sleep(IDLE);
    let used = (ticks(pid) - before) as f64 / per_second() / IDLE.as_secs_f64();
    println!("{:.0} MB of its own process, {:.2} % of a core when idle", memory(pid), used * 100.0);
}

/// The program: not its engine, and not the web view's processes.
fn process() -> u32 {
    let program = tests::program("domicile-app");
    let pids =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let is = |pid: &u32| {
        fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == program)
            && !String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default())
                .contains("--engine-process")
    };
    pids.filter(is).max().expect("the program runs")
}

/// The fields after the name of a process, which may hold spaces.
fn fields(pid: u32) -> Vec<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, rest) = stat.rsplit_once(')').unwrap();
    rest.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect()
}

fn ticks(pid: u32) -> u64 {
    // utime and stime, the 14th and 15th of proc(5).
    let fields = fields(pid);
    fields[11] + fields[12]
}

fn per_second() -> f64 {
    // SAFETY: it reads a constant of the system.
    unsafe { libc::sysconf(libc::_SC_CLK_TCK) as f64 }
}

/// When a process began, in seconds since 1970.
fn began(pid: u32) -> f64 {
    let uptime = fs::read_to_string("/proc/uptime").unwrap();
    let uptime: f64 = uptime.split_whitespace().next().unwrap().parse().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    now - uptime + fields(pid)[19] as f64 / per_second()
}

/// Megabytes of memory that it alone holds, and of its share of what others hold too.
fn memory(pid: u32) -> f64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap();
    pss.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() * 1024.0 / 1e6
}

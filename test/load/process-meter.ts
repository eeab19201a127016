import { readdirSync, readFileSync } from 'node:fs';

/** Kernel clock ticks a second in /proc: fixed at 100 for user space on Linux. */
const TICKS_PER_SECOND = 100;

/** What a process with all its descendants has used so far. */
export interface Usage {
  cpuSeconds: number;
  /** Proportional set size, bytes: shared pages are counted once over the processes that share them. */
  memoryBytes: number;
}

interface Entry {
  parent: number;
  ticks: number;
}

function read(pid: number): Entry | undefined {
  try {
    // The name in parentheses may hold spaces: fields are counted after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    // utime and stime of the process, cutime and cstime of its children that have ended.
    return { parent: fields[1] ?? 0, ticks: [11, 12, 13, 14].reduce((sum, index) => sum + (fields[index] ?? 0), 0) };
  } catch {
    return undefined;
  }
}

function memoryOf(pid: number): number {
  try {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return Number(pss ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/** Usage of a process and its descendants; zeros when it is gone. Linux only. */
export function usageOfTree(root: number): Usage {
  const entries = new Map<number, Entry>();
  for (const name of readdirSync('/proc')) {
    const entry = /^\d+$/.test(name) ? read(Number(name)) : undefined;
    if (entry) entries.set(Number(name), entry);
  }
  const usage: Usage = { cpuSeconds: 0, memoryBytes: 0 };
  for (const [pid, entry] of entries) {
    let ancestor = pid;
    while (ancestor !== root && ancestor > 1) ancestor = entries.get(ancestor)?.parent ?? 0;
    if (ancestor !== root) continue;
    usage.cpuSeconds += entry.ticks / TICKS_PER_SECOND;
    usage.memoryBytes += memoryOf(pid);
  }
  return usage;
}

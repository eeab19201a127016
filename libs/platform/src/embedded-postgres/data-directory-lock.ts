import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Another living process uses the data directory; the message says what to do. */
export class DataDirectoryInUseError extends Error {
  readonly code = 'DATA_DIRECTORY_IN_USE';

  constructor(directory: string, pid: number) {
    super(
      `${directory} is already used by a running WeWall AI (process ${pid}). ` +
        'Stop that one first, or start this one with another WEWALL_DATA_DIR and PORT.',
    );
  }
}

/** Start time of a process in clock ticks since boot, so that a reused pid is not taken for the old process; null when it is gone. */
function startTime(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return null;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
  } catch {
    // No /proc on this system: the pid alone has to do.
    return 'unknown';
  }
}

/**
 * Takes the data directory for this process. A lock left by a process that was killed is taken over.
 * Returns the release function. Throws DataDirectoryInUseError.
 */
export function lockDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, 'wewall.lock');
  for (let attempt = 0; ; attempt += 1) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, `${process.pid} ${startTime(process.pid)}`);
      closeSync(handle);
      return () => {
        try {
          if (readFileSync(file, 'utf8').startsWith(`${process.pid} `)) unlinkSync(file);
        } catch {
          // Already gone: nothing to release.
        }
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid, started] = readFileSync(file, 'utf8').split(' ');
    const owner = Number(pid);
    if (attempt > 0 || (owner > 0 && startTime(owner) === started)) throw new DataDirectoryInUseError(directory, owner);
    unlinkSync(file);
  }
}

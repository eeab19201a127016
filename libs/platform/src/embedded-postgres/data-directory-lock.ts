import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/** Who holds a lock file, or null when it has just been released. */
function readHolder(file: string): { text: string; pid: number; started: string } | null {
  try {
    const text = readFileSync(file, 'utf8');
    const [pid = '', started = ''] = text.split(' ');
    return { text, pid: Number(pid), started };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** How many times a lock that comes and goes under our hands is tried. */
const ATTEMPTS = 20;

/**
 * Takes the data directory for this process. A lock left by a process that was killed is taken over.
 * Returns the release function. Throws DataDirectoryInUseError.
 */
export function lockDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, 'wewall.lock');
  // Written aside and linked into place, so that nobody ever reads a lock without its owner.
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const mine = `${process.pid} ${startTime(process.pid)}`;
  writeFileSync(own, mine, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        linkSync(own, file);
        return () => {
          if (readHolder(file)?.text === mine) rmSync(file, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readHolder(file);
      if (!holder) continue;
      if (holder.pid > 0 && startTime(holder.pid) === holder.started) {
        throw new DataDirectoryInUseError(directory, holder.pid);
      }
      takeAway(file, holder.text, directory);
    }
    throw new DataDirectoryInUseError(directory, readHolder(file)?.pid ?? 0);
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Removes a dead lock. Two starters may see it at once, so it is moved aside first and looked at again: when a living
 * one was moved by mistake it goes back.
 */
function takeAway(file: string, dead: string, directory: string): void {
  const aside = `${file}.dead.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readHolder(aside);
  if (moved && moved.text !== dead) {
    renameSync(aside, file);
    throw new DataDirectoryInUseError(directory, moved.pid);
  }
  rmSync(aside, { force: true });
}

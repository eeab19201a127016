import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { asServerUser, type ServerUser } from './server-user.js';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Waits until a process is gone; false when it is still there after the time. */
async function gone(pid: number, ms: number): Promise<boolean> {
  for (let waited = 0; waited < ms; waited += 50) {
    if (!alive(pid)) return true;
    await sleep(50);
  }
  return !alive(pid);
}

/** Fast shutdown, and an immediate one when that takes too long (the next start then recovers from the log). */
export async function stopPostmaster(pid: number): Promise<void> {
  if (!alive(pid)) return;
  process.kill(pid, 'SIGINT');
  if (await gone(pid, 10_000)) return;
  process.kill(pid, 'SIGQUIT');
  if (!(await gone(pid, 5_000)))
    throw new Error(`PostgreSQL (process ${pid}) does not stop; end it by hand and start again`);
}

/**
 * Deals with what a killed process of ours left behind: an orphaned server of this very directory is stopped cleanly, a
 * stale pid file (whose pid may belong to somebody else by now) is removed.
 */
export async function clearLeftovers(databaseDir: string): Promise<'nothing' | 'stale-pid-file' | 'orphan-stopped'> {
  const pidFile = path.join(databaseDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return 'nothing';
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (pid > 0 && alive(pid) && isOurPostmaster(pid, databaseDir)) {
    await stopPostmaster(pid);
    return 'orphan-stopped';
  }
  rmSync(pidFile, { force: true });
  return 'stale-pid-file';
}

/** A postmaster's working directory is its data directory, also when that was moved or reached through a link. */
function isOurPostmaster(pid: number, databaseDir: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(databaseDir);
  } catch {
    // Without /proc a living pid in the file of this directory is taken for the server.
    return true;
  }
}

/** Starts the server on loopback TCP only; its log goes to a file beside the data. */
export function startPostmaster(
  postgres: string,
  databaseDir: string,
  port: number,
  logFile: string,
  user: ServerUser | null,
): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  const flags: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    // Several small transactions a turn: the log is flushed together by those that wait at the same moment.
    commit_delay: '200',
    commit_siblings: '8',
    log_min_messages: 'warning',
  };
  const { command, args, options } = asServerUser(
    user,
    postgres,
    [
      '-D',
      databaseDir,
      '-p',
      String(port),
      ...Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    databaseDir,
  );
  // A group of its own: Ctrl-C reaches us alone, and we stop the server after the last turn.
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  return child;
}

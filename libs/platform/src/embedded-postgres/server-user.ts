import { execFileSync, type SpawnOptions } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';

/** The system user PostgreSQL runs as when we are root: it refuses to run as root itself. */
const USER = 'postgres';

export interface ServerUser {
  uid: number;
  gid: number;
}

/** A command ready for `spawn`. */
export interface ServerCommand {
  command: string;
  args: string[];
  options: Pick<SpawnOptions, 'uid' | 'gid'>;
}

function lookUp(): ServerUser | null {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, USER], { encoding: 'utf8', stdio: 'pipe' }).trim());
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

/** Null when we are not root: the server then runs as we do. Under root the user is made when the system has none. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const found = lookUp();
  if (found) return found;
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', USER], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(
      `PostgreSQL does not run as root and the system user "${USER}" could not be made. Start WeWall AI as an ordinary user, or set DATABASE_URL.`,
      { cause: error },
    );
  }
  const made = lookUp();
  if (!made) throw new Error(`the system user "${USER}" was made but cannot be found`);
  return made;
}

/** The first folder on the way to `target` that other users may not enter; null when the way is open. */
function closedParent(target: string): string | null {
  const parts = path.resolve(target).split(path.sep);
  for (let depth = 1; depth < parts.length; depth += 1) {
    const folder = parts.slice(0, depth).join(path.sep) || path.sep;
    if ((statSync(folder).mode & 0o001) === 0) return folder;
  }
  return null;
}

/**
 * How to run a program of the server: as ourselves, or as its own user when we are root. A checkout in /root (mode 0700)
 * is out of that user's reach; then `setpriv` (util-linux) lets the program keep the one capability it needs to get there.
 * Throws when neither is possible, naming the folder.
 */
export function asServerUser(
  user: ServerUser | null,
  program: string,
  args: string[],
  databaseDir: string,
): ServerCommand {
  if (!user) return { command: program, args, options: {} };
  const closed = closedParent(program) ?? closedParent(databaseDir);
  if (!closed) return { command: program, args, options: user };
  const setpriv = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    // Without it access(2), by which the programs look for each other, ignores the capability.
    '--securebits=+no_setuid_fixup',
  ];
  try {
    execFileSync('setpriv', [...setpriv, 'true'], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(
      `PostgreSQL does not run as root, and its user "${USER}" may not enter ${closed}. Allow it (chmod o+x ${closed}), start as an ordinary user, or set DATABASE_URL.`,
      { cause: error },
    );
  }
  return { command: 'setpriv', args: [...setpriv, program, ...args], options: {} };
}

import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { asServerUser, type ServerUser } from './server-user.js';

/** Name of the database's superuser. */
export const DATABASE_USER = 'wewall';

/**
 * Creates the cluster under a temporary name and renames it at the end, so that a start killed in the middle leaves no half
 * cluster behind. 1–3 s. The built-in UTF-8 locale folds Cyrillic the same way on every system.
 */
export async function initialiseCluster(
  initdb: string,
  databaseDir: string,
  password: string,
  user: ServerUser | null,
): Promise<void> {
  const unfinished = `${databaseDir}.new`;
  const passwordFile = `${databaseDir}.initdb`;
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(databaseDir, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) for (const owned of [unfinished, passwordFile]) chownSync(owned, user.uid, user.gid);
  try {
    const { command, args, options } = asServerUser(
      user,
      initdb,
      [
        `--pgdata=${unfinished}`,
        `--username=${DATABASE_USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      databaseDir,
    );
    await new Promise<void>((resolve, reject) => {
      const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
      let complaint = '';
      child.stderr.on('data', (chunk: Buffer) => {
        complaint = (complaint + chunk.toString()).slice(-4_000);
      });
      child.once('error', reject);
      child.once('close', (code) =>
        code === 0 ? resolve() : reject(new Error(`could not create the embedded PostgreSQL: ${complaint.trim()}`)),
      );
    });
    renameSync(unfinished, databaseDir);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

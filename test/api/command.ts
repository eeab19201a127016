import { spawn } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Runs a command of the product as `npm run` does; resolves with what it printed. Throws when it fails. */
export async function runCommand(
  entry: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<string> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env;
  const child = spawn(process.execPath, ['ci/run.mjs', entry, ...args], {
    cwd: ROOT,
    env: { ...inherited, NODE_ENV: 'development', NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${entry} ended with ${code}:\n${printed}${complaints}`);
  return printed;
}

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where a checkout says what is in production. */
const RELEASED = 'ci/RELEASED';

export type FoundRelease = { commit: string } | { missing: string };

/**
 * The commit of the version in production, as `ci/RELEASED` names it. `missing` says why its sources cannot be had: the checkout has
 * no history (an unpacked archive), or one that does not reach back to it (a shallow clone). Throws when the file names nothing.
 */
export function findRelease(checkout: string): FoundRelease {
  const revision = readFileSync(path.join(checkout, RELEASED), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'));
  if (!revision || !/^\w[\w./-]*$/.test(revision)) throw new Error(`${RELEASED} names no commit`);
  const git = (...args: string[]) => spawnSync('git', args, { cwd: checkout, encoding: 'utf8' });
  const root = git('rev-parse', '--show-toplevel');
  if (root.error) return { missing: 'git is not installed' };
  // A checkout unpacked below somebody else's repository has no history of its own.
  if (root.status !== 0 || path.resolve(root.stdout.trim()) !== path.resolve(checkout))
    return { missing: 'this directory is no git checkout' };
  const found = git('rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
  const commit = found.stdout.trim();
  // Packed once for nothing: a clone without blobs has to fetch them, and may not be able to.
  if (found.status === 0 && git('archive', '--format=tar', '--output=/dev/null', commit).status === 0)
    return { commit };
  const isShallow = git('rev-parse', '--is-shallow-repository').stdout.trim() === 'true';
  return {
    missing: `${revision} is not in ${isShallow ? 'this shallow clone (git fetch --unshallow)' : 'this clone'}`,
  };
}

/** The sources of a commit, built aside over the dependencies of this checkout. */
export class Release {
  private constructor(
    /** Checkout whose dist/ is built. */
    readonly root: string,
  ) {}

  static build(commit: string, checkout: string): Release {
    const root = mkdtempSync(path.join(tmpdir(), 'wewall-release-'));
    const archive = path.join(root, 'release.tar');
    execFileSync('git', ['archive', '--format=tar', `--output=${archive}`, commit], { cwd: checkout });
    execFileSync('tar', ['-xf', archive, '-C', root]);
    rmSync(archive);
    symlinkSync(path.join(checkout, 'node_modules'), path.join(root, 'node_modules'));
    execFileSync(process.execPath, ['ci/build.mjs'], { cwd: root, stdio: 'ignore' });
    return new Release(root);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

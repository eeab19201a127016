import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The sources of a commit, built aside over the dependencies of this checkout. */
export class Release {
  private constructor(
    /** Checkout whose dist/ is built. */
    readonly root: string,
  ) {}

  /** Null when the history of this checkout does not go back to the commit. */
  static build(commit: string, checkout: string): Release | null {
    if (spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: checkout }).status !== 0) return null;
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

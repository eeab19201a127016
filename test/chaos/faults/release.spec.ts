import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRelease } from './release.js';

const hasGit = spawnSync('git', ['--version']).status === 0;
if (!hasGit) console.warn('SKIPPED: looking for the released version needs git');

describe.skipIf(!hasGit)(findRelease.name, { timeout: 60_000 }, () => {
  let folder: string;
  let origin: string;
  let released: string;

  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd,
      encoding: 'utf8',
    }).trim();
  const commit = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(origin, file)), { recursive: true });
    writeFileSync(path.join(origin, file), text);
    git(origin, 'add', '.');
    git(origin, 'commit', '-q', '-m', file);
    return git(origin, 'rev-parse', 'HEAD');
  };
  const clone = (name: string, ...options: string[]) => {
    const target = path.join(folder, name);
    git(folder, 'clone', '-q', ...options, `file://${origin}`, target);
    return target;
  };

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'wewall-released-')));
    origin = path.join(folder, 'origin');
    mkdirSync(origin);
    git(origin, 'init', '-q');
    released = commit('a.txt', 'first');
    git(origin, 'tag', 'v1.0.0');
    commit('ci/RELEASED', `# in production\n\n${released}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is the commit the file names, by its id or by a tag', () => {
    expect(findRelease(origin)).toEqual({ commit: released });
    const whole = clone('whole');
    expect(findRelease(whole)).toEqual({ commit: released });
    writeFileSync(path.join(whole, 'ci/RELEASED'), 'v1.0.0\n');
    expect(findRelease(whole)).toEqual({ commit: released });
  });

  it('says why there is none in a shallow clone and without a repository', () => {
    expect(findRelease(clone('shallow', '--depth', '1'))).toEqual({
      missing: `${released} is not in this shallow clone (git fetch --unshallow)`,
    });
    // Below somebody else's repository as well.
    const unpacked = path.join(origin, 'unpacked');
    cpSync(path.join(origin, 'ci'), path.join(unpacked, 'ci'), { recursive: true });
    expect(findRelease(unpacked)).toEqual({ missing: 'this directory is no git checkout' });
    const outside = path.join(folder, 'outside');
    cpSync(path.join(origin, 'ci'), path.join(outside, 'ci'), { recursive: true });
    expect(findRelease(outside)).toEqual({ missing: 'this directory is no git checkout' });
  });

  it('refuses a file that names nothing, or an option of git', () => {
    const broken = clone('broken');
    for (const text of ['', '# nothing yet\n', 'a b\n', '$(id)\n', '--all\n']) {
      writeFileSync(path.join(broken, 'ci/RELEASED'), text);
      expect(() => findRelease(broken)).toThrow('names no commit');
    }
    writeFileSync(path.join(broken, 'ci/RELEASED'), 'v9.0.0\n');
    expect(findRelease(broken)).toEqual({ missing: 'v9.0.0 is not in this clone' });
  });
});

it('ci/RELEASED names a commit this checkout descends from, where its history is there', () => {
  const root = path.resolve(import.meta.dirname, '../../..');
  const found = findRelease(root);
  if ('missing' in found) {
    console.warn(`SKIPPED: whether ci/RELEASED is an ancestor: ${found.missing}`);
    return;
  }
  expect(spawnSync('git', ['merge-base', '--is-ancestor', found.commit, 'HEAD'], { cwd: root }).status).toBe(0);
});

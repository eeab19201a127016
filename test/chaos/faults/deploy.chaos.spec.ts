import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../ci/build.mjs';
import { findRelease, Release } from './release.js';
import { FaultStage, isStageInstalled, WHOLE } from './stage.js';

const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');
/** Both versions serve side by side for so long, ms. */
const SIDE_BY_SIDE_MS = 2_000;
const APPS = ['core', 'worker', 'external-api'] as const;

describe.skipIf(!isStageInstalled())('a new version under load', () => {
  let release: Release | null = null;
  let stage: FaultStage | undefined;

  beforeAll(async () => {
    const released = findRelease(ROOT);
    if ('missing' in released) {
      console.warn(`SKIPPED: the deploy over the released version: ${released.missing}`);
      return;
    }
    release = Release.build(released.commit, ROOT);
    stage = await FaultStage.start({ root: release.root, chats: 6 });
  }, 300_000);
  afterAll(async () => {
    await stage?.stop();
    release?.remove();
  }, 60_000);

  it('takes over from the released one on its database', { timeout: 300_000 }, async (test) => {
    if (!stage) return test.skip();
    const { topology } = stage;
    await build();
    // What a new version says may differ from what the old one said: counted is that each message is answered once.
    stage.crowd.judgeBy('answers');
    const title = 'deploy over the released version: migrated, side by side, replaced';
    const report = await stage.survive('deploy', title, async () => {
      await topology.command('libs/platform/src/cli/migrate', [], ROOT);
      await topology.command('apps/core/src/cli/seed', ['--from', path.join(ROOT, 'data')], ROOT);
      for (const app of APPS) await stage?.replace(app, [{ root: ROOT }, { root: ROOT }], SIDE_BY_SIDE_MS);
    });
    expect(report).toMatchObject(WHOLE);
    expect(await stage.overlappingTurns()).toBe(0);
  });

  it('gives back to the released one, on the database it has migrated', { timeout: 300_000 }, async (test) => {
    if (!stage || !release) return test.skip();
    const { root } = release;
    const report = await stage.survive(
      'rollback',
      'rollback to the released version on the migrated database',
      async () => {
        for (const app of APPS.toReversed()) await stage?.replace(app, [{ root }, { root }], SIDE_BY_SIDE_MS);
      },
    );
    expect(report).toMatchObject(WHOLE);
    expect(await stage.overlappingTurns()).toBe(0);
  });
});

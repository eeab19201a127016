import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../ci/build.mjs';
import { Release } from './release.js';
import { FaultStage, isStageInstalled, WHOLE } from './stage.js';

const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');
/** The version in front of the clients before the deploy. */
const RELEASED = '7885b47fb3b2ef497f54a50cf924d018df595c9e';
/** Both versions serve side by side for so long, ms. */
const SIDE_BY_SIDE_MS = 2_000;

describe.skipIf(!isStageInstalled())('a new version under load', () => {
  let release: Release | null = null;
  let stage: FaultStage | undefined;

  beforeAll(async () => {
    release = Release.build(RELEASED, ROOT);
    if (!release) {
      console.warn(`SKIPPED: the deploy from a released version needs commit ${RELEASED.slice(0, 7)} (a whole clone)`);
      return;
    }
    stage = await FaultStage.start({ root: release.root });
  }, 300_000);
  afterAll(async () => {
    await stage?.stop();
    release?.remove();
  }, 60_000);

  it('takes over from the released one on its database and gives back to it', { timeout: 400_000 }, async (test) => {
    if (!stage || !release) return test.skip();
    const { root: old } = release;
    const { topology } = stage;
    await build();
    // What a new version says may differ from what the old one said: counted is that each message is answered once.
    stage.crowd.judgeBy('answers');
    const there = await stage.survive(
      'deploy',
      'deploy over the released version: migrated, side by side, replaced',
      async () => {
        await topology.command('libs/platform/src/cli/migrate', [], ROOT);
        await topology.command('apps/core/src/cli/seed', ['--from', path.join(ROOT, 'data')], ROOT);
        await stage?.replace('core', [{ root: ROOT }, { root: ROOT }], SIDE_BY_SIDE_MS);
        await stage?.replace('worker', [{ root: ROOT }], SIDE_BY_SIDE_MS);
        await stage?.replace('external-api', [{ root: ROOT }, { root: ROOT }], SIDE_BY_SIDE_MS);
        await sleep(SIDE_BY_SIDE_MS);
      },
    );
    expect(there).toMatchObject(WHOLE);
    const back = await stage.survive(
      'rollback',
      'rollback: the released version on the new one’s database',
      async () => {
        await stage?.replace('external-api', [{ root: old }, { root: old }], SIDE_BY_SIDE_MS);
        await stage?.replace('core', [{ root: old }, { root: old }], SIDE_BY_SIDE_MS);
        await stage?.replace('worker', [{ root: old }], SIDE_BY_SIDE_MS);
        await sleep(SIDE_BY_SIDE_MS);
      },
    );
    expect(back).toMatchObject(WHOLE);
    expect(await stage.overlappingTurns()).toBe(0);
  });
});

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasMongo, type MongoServer, startMongoServer } from '#libs/testing';
import { FaultStage, isStageInstalled, WHOLE } from './stage.js';

const isPossible = isStageInstalled() && hasMongo('a restart of the catalogue’s server under load');

describe.skipIf(!isPossible || process.env.TEST_MONGODB_URI)(
  'the production stack with its catalogue in MongoDB',
  () => {
    let mongo: MongoServer | undefined;
    let stage: FaultStage;

    beforeAll(async () => {
      mongo = await startMongoServer();
      const environment = {
        WORKER_QUEUES: 'calculator,analog-search',
        CATALOGUE_STORE: 'mongo',
        MONGODB_URI: mongo.database(),
      };
      stage = await FaultStage.start({ environment });
    }, 180_000);
    afterAll(async () => {
      await stage?.stop();
      await mongo?.stop();
    }, 60_000);

    it('outlives a MongoDB that is restarted', { timeout: 120_000 }, async () => {
      const title = `${mongo?.name} stopped and started again`;
      const report = await stage.survive('mongo', title, async () => {
        await mongo?.restart();
      });
      expect(report).toMatchObject(WHOLE);
      // The lots that clients saw were not those of PostgreSQL.
      const database = new pg.Client({ connectionString: stage.postgres.url });
      await database.connect();
      expect((await database.query('select from lots limit 1')).rowCount).toBe(0);
      await database.end();
    });
  },
);

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate, Problem } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import type { JobStatus, ServiceRequest } from '../services/service-jobs.js';
import { type Call, json, partner, type StartedApi, startApi } from '../started-api.js';
import { IdempotentRequestRepository } from './idempotent-request.repository.js';

const VALUATION = { kind: 'office', deal: 'rent', class: 'A', station: 'Павелецкая', walkMeters: 1, area: 1 };
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('Idempotency-Key', () => {
  let folder: string;
  let database: TestDatabase;
  let api: StartedApi;
  let call: Call;
  let keys = 0;
  let runs: ServiceRequest[] = [];
  let run: (request: ServiceRequest) => Promise<JobStatus>;
  const newKey = () => ({ 'idempotency-key': `key-${keys++}` });

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-idempotency-'));
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    const jobs = {
      run: (request: ServiceRequest) => {
        runs.push(request);
        return run(request);
      },
      find: () => Promise.resolve(undefined),
    };
    api = await startApi({ pool: database.pool, folder, parts: { jobs } });
    call = partner(api);
    await call('/chats/c/messages', json({ id: '1', text: 'a' }));
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    runs = [];
    run = async () => ({ state: 'completed', jobId: 'j', result: { total: 1 }, files: [] });
  });

  it('answers the same request with the same answer and does it once', async () => {
    const key = newKey();
    const first = await call('/chats/c/owner', json({ owner: 'manager' }, key));
    await call('/chats/c/owner', json({ owner: 'bot' }));
    const again = await call('/chats/c/owner', json({ owner: 'manager' }, key));
    expect([first.status, again.status]).toEqual([200, 200]);
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await again.json()).toEqual(await first.json());
    expect((await (await call('/chats/c')).json()).owner).toBe('bot');
  });

  it('refuses another request under the same key: other body, other route, other file', async () => {
    const key = newKey();
    await call('/chats/c/owner', json({ owner: 'bot' }, key));
    const upload = (bytes: Buffer) => {
      const body = new FormData();
      body.append('file', new Blob([new Uint8Array(bytes)]), 'a.png');
      return { method: 'POST', body, headers: key };
    };
    for (const [route, init] of [
      ['/chats/c/owner', json({ owner: 'manager' }, key)],
      ['/chats/d/owner', json({ owner: 'bot' }, key)],
      ['/uploads', upload(PNG)],
    ] as const) {
      const refused = await call(route, init);
      expect([refused.status, (await refused.json()).code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    }
    Object.assign(key, newKey());
    const stored = await call('/uploads', upload(PNG));
    const again = await call('/uploads', upload(PNG));
    expect([stored.status, again.status, await again.json()]).toEqual([201, 201, await stored.json()]);
    expect((await call('/uploads', upload(Buffer.concat([PNG, PNG])))).status).toBe(422);
  });

  it('does not count the order of fields, nor how long is waited', async () => {
    const key = newKey();
    const { kind, ...rest } = VALUATION;
    expect((await call('/valuations', json(VALUATION, key))).status).toBe(200);
    expect((await call('/valuations?wait=5', json({ ...rest, kind }, key))).status).toBe(200);
    expect((await call('/valuations', json({ ...VALUATION, area: 2 }, key))).status).toBe(422);
  });

  it('lets one of concurrent duplicates run', async () => {
    const key = newKey();
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    run = async () => {
      await gate;
      return { state: 'completed', jobId: 'j', result: { total: 1 }, files: [] };
    };
    const all = Array.from({ length: 8 }, () => call('/valuations', json(VALUATION, key)));
    const firstSeven: Response[] = [];
    await new Promise<void>((resolve) => {
      for (const one of all) {
        void one.then((response) => {
          firstSeven.push(response);
          if (firstSeven.length === 7) resolve();
        });
      }
    });
    expect(firstSeven.map(({ status }) => status)).toEqual(Array(7).fill(409));
    expect(await firstSeven[0]?.json()).toMatchObject({ code: 'IDEMPOTENT_REQUEST_RUNNING' });
    expect(firstSeven[0]?.headers.get('retry-after')).toBe('1');
    finish();
    await Promise.all(all);
    expect(runs).toHaveLength(1);
  });

  it('runs again, with the same ids, when a process died over the request', async () => {
    const requests = new IdempotentRequestRepository(database.pool);
    const fingerprint = Buffer.alloc(32);
    expect(await requests.begin('k', 'died', fingerprint)).toEqual({ kind: 'run', attempt: 1 });
    expect(await requests.begin('k', 'died', fingerprint)).toEqual({ kind: 'running' });
    await database.pool.query(
      `update idempotent_requests set leased_until = now() - interval '1 s' where key = 'died'`,
    );
    expect(await requests.begin('k', 'died', fingerprint)).toEqual({ kind: 'run', attempt: 1 });
    expect(await requests.begin('k', 'died', Buffer.alloc(32, 1))).toEqual({ kind: 'other-request' });
    expect(await requests.begin('other', 'died', fingerprint)).toEqual({ kind: 'run', attempt: 1 });
  });

  it('keeps refusals of the request, and lets what failed on our side be tried anew under the same key', async () => {
    const invalid = newKey();
    const bodies = [];
    for (let i = 0; i < 2; i += 1) bodies.push(await (await call('/valuations', json({ area: -1 }, invalid))).json());
    expect(bodies[0]).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: expect.any(Array) });
    expect(bodies[1]).toEqual(bodies[0]);

    const key = newKey();
    run = () => Promise.reject(new Problem(503, 'SERVICE_UNAVAILABLE', 'no workers'));
    expect((await call('/valuations', json(VALUATION, key))).status).toBe(503);
    run = () => Promise.reject(new Problem(429, 'TOO_MANY_JOBS', 'later'));
    expect((await call('/valuations', json(VALUATION, key))).status).toBe(429);
    run = async () => ({ state: 'waiting', jobId: 'j' });
    expect((await call('/valuations', json(VALUATION, key))).status).toBe(202);
    run = async () => ({ state: 'completed', jobId: 'j', result: { total: 1 }, files: [] });
    const done = await call('/valuations', json(VALUATION, key));
    expect([done.status, await done.json(), done.headers.get('idempotency-replayed')]).toEqual([
      200,
      { total: 1 },
      'true',
    ]);
    // The failed attempt's job is not met again; after that all attempts share one.
    expect(runs.map(({ idempotencyId }) => idempotencyId?.split('#')[1])).toEqual(['1', '2', '2', '2']);
  });

  it('refuses a malformed key and forgets old ones', async () => {
    const bad = await call('/chats/c/owner', json({ owner: 'bot' }, { 'idempotency-key': 'a b' }));
    expect([bad.status, (await bad.json()).code]).toEqual([400, 'IDEMPOTENCY_KEY_INVALID']);
    const requests = new IdempotentRequestRepository(database.pool);
    await database.pool.query(
      `update idempotent_requests set created_at = now() - interval '25 hours' where owner = 'k'`,
    );
    expect(await requests.prune(24)).toBe(1);
    expect(await requests.prune(24)).toBe(0);
  });
});

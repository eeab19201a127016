import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate, RateLimiter } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { json, partner, type StartedApi, startApi } from '../started-api.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { ApiKeys } from './api-keys.js';

const post = (id: string) => json({ id, text: 'a' });

describe('keys', () => {
  let folder: string;
  let database: TestDatabase;
  let api: StartedApi;
  let keys: ApiKeys;
  let now = 0;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-keys-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    now = Date.now();
    api = await startApi({ pool: database.pool, folder, parts: { limiter: new RateLimiter({ now: () => now }) } });
    keys = api.app.get(ApiKeys);
  });
  afterEach(async () => {
    await api.close();
    await database.drop();
  });

  it('gate by scope, keep partners apart, are kept as hashes only and close "dev" once one is issued', async () => {
    expect((await partner(api, 'nonsense')('/chats/a')).status).toBe(401);
    expect((await fetch(`${api.base}/api/v1/chats/a`)).status).toBe(401);
    expect((await partner(api)('/chats/a')).status).toBe(404);
    const one = await keys.issue({ name: 'one', scopes: ['chats'] });
    const two = await keys.issue({ name: 'two', scopes: ['chats', 'manage'] });
    expect((await partner(api)('/chats/a')).status).toBe(401);
    expect((await partner(api, one.secret)('/chats/a/messages', post('1'))).status).toBe(202);
    expect((await partner(api, two.secret)('/chats/a')).status).toBe(404);
    expect((await partner(api, one.secret)('/chats/a/owner', json({ owner: 'bot' }))).status).toBe(403);
    const { rows } = await database.pool.query<{ row: string }>(
      'select k::text as row from api_keys k union all select s::text from api_key_secrets s',
    );
    expect(rows).toHaveLength(4);
    expect(rows.some(({ row }) => row.includes(one.secret))).toBe(false);
    await keys.revoke(two.key.id);
    expect((await partner(api, two.secret)('/chats/a')).status).toBe(401);
    expect(await keys.revoke(two.key.id)).toBe(false);
  });

  it('limit requests a minute and a day, and say so in standard headers', async () => {
    const { secret } = await keys.issue({ name: 'one', scopes: ['chats'], rateLimit: 4, dailyQuota: 6 });
    const call = partner(api, secret);
    const first = await call('/chats/a/messages', post('1'));
    expect(first.status).toBe(202);
    expect(first.headers.get('ratelimit-policy')).toBe('"minute";q=4;w=60, "day";q=6;w=86400');
    expect(first.headers.get('ratelimit')).toMatch(/^"minute";r=3;t=15, "day";r=5;t=14400$/);
    expect(first.headers.get('ratelimit-remaining')).toBe('3');
    for (let i = 0; i < 3; i += 1) await call('/chats/a');
    const limited = await call('/chats/a');
    expect([limited.status, (await limited.json()).code, limited.headers.get('retry-after')]).toEqual([
      429,
      'RATE_LIMITED',
      '15',
    ]);
    now += 60_000;
    const codes = [];
    for (let i = 0; i < 3; i += 1) codes.push((await (await call('/chats/a')).json()).code);
    expect(codes).toEqual([undefined, undefined, 'QUOTA_EXCEEDED']);
  });

  it('are changed over without downtime: two secrets at once, one chat, the old one ends', async () => {
    const { key, secret: old } = await keys.issue({ name: 'one', scopes: ['chats'] });
    await partner(api, old)('/chats/a/messages', post('1'));
    const fresh = (await keys.rotate(key.id, 24)) ?? '';
    for (const secret of [old, fresh]) {
      expect(await (await partner(api, secret)('/chats/a/messages')).json()).toHaveLength(1);
    }
    const [listed] = await keys.list();
    expect(listed?.secrets.map(({ expiresAt, lastUsedAt }) => [expiresAt !== null, lastUsedAt !== null])).toEqual([
      [false, true],
      [true, true],
    ]);
    await database.pool.query(`update api_key_secrets set expires_at = now() where expires_at is not null`);
    const later = new ApiKeys(new ApiKeyRepository(database.pool), { production: true });
    expect(await later.authenticate(old)).toBeUndefined();
    expect(await later.authenticate(fresh)).toMatchObject({ id: key.id });
    const last = await keys.rotate(key.id, 0);
    expect((await partner(api, fresh)('/chats/a')).status).toBe(401);
    expect((await partner(api, last)('/chats/a')).status).toBe(200);
    expect(await keys.rotate('nothing', 1)).toBeUndefined();
  });

  it('change their scopes and limits', async () => {
    const { key, secret } = await keys.issue({ name: 'one', scopes: ['services'], dailyQuota: 10 });
    expect((await partner(api, secret)('/chats/a')).status).toBe(403);
    expect(await keys.update(key.id, { scopes: ['chats'], rateLimit: 7, dailyQuota: 0 })).toEqual({
      ...key,
      scopes: ['chats'],
      rateLimit: 7,
      dailyQuota: undefined,
    });
    const answer = await partner(api, secret)('/chats/a');
    expect([answer.status, answer.headers.get('ratelimit-policy')]).toEqual([404, '"minute";q=7;w=60']);
    expect(await keys.update('nothing', { rateLimit: 1 })).toBeUndefined();
  });

  it('cannot be guessed at leisure from one address', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 61; i += 1) statuses.push((await partner(api, `guess-${i}`)('/chats/a')).status);
    expect(statuses.slice(0, 60).every((status) => status === 401)).toBe(true);
    expect(statuses[60]).toBe(429);
  });
});

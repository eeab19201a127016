import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, hasRedis, RedisServer, type TestDatabase } from '#libs/testing';
import { ApiKeyRepository } from '../../apps/external-api/src/keys/api-key.repository.js';
import { ApiKeys } from '../../apps/external-api/src/keys/api-keys.js';
import { build } from '../../ci/build.mjs';
import { ServicesProcess } from './services-process.js';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const premises = {
  kind: 'office',
  deal: 'sale',
  class: 'A',
  station: 'Павелецкая (Замоскворецкая)',
  walkMeters: 400,
  area: 150,
};
const model = {
  model: 'office-construction',
  area: 100,
  pricePerM2: 310_000,
  fitOut: 'shell',
  class: 'A',
  station: 'Белорусская (Замоскворецкая)',
  walkMeters: 300,
  dealQuarter: '2027-Q1',
  readiness: '2028-Q3',
  payments: { '2027-Q1': 30, '2027-Q4': 30, '2028-Q3': 40 },
  vatPercent: 5,
};

describe.each(['postgres', 'redis'] as const)('services for partners over %s', (kind) => {
  const runs = kind === 'postgres' || hasRedis('services for partners');
  let database: TestDatabase;
  let redis: RedisServer | null = null;
  let services: ServicesProcess;

  beforeAll(async () => {
    if (!runs) return;
    await build();
    database = await createTestDatabase(inject('postgresUrl'));
    if (kind === 'redis') redis = await RedisServer.start();
    services = await ServicesProcess.start({
      DATABASE_URL: database.url,
      ...(redis && { REDIS_URL: redis.url }),
    });
  }, 120_000);
  afterAll(async () => {
    if (!runs) return;
    await services.stop();
    await redis?.stop();
    await database.drop();
  });

  it.runIf(runs)('values by coefficients and by analogs', async () => {
    const response = await services.post('valuations', premises, {}, '?wait=30000');
    const body = await response.json();
    expect([response.status, body]).toEqual([
      200,
      {
        byCoefficients: expect.objectContaining({
          base: expect.any(Number),
          squareCoeff: expect.any(Number),
          wayCoeff: expect.any(Number),
          pricePerM2: expect.any(Number),
          total: expect.any(Number),
        }),
        byAnalogs: expect.objectContaining({ pricePerM2: expect.any(Number), analogs: expect.any(Array) }),
        snapshotVersion: expect.stringMatching(/^[0-9a-f]{12}\.\d+$/),
      },
    ]);
    const { base, squareCoeff, wayCoeff, pricePerM2 } = body.byCoefficients;
    expect(pricePerM2).toBeCloseTo(base * squareCoeff * wayCoeff, 1);
    expect(body.byAnalogs.low).toBeLessThanOrEqual(body.byAnalogs.pricePerM2);
    expect(body.byAnalogs.high).toBeGreaterThanOrEqual(body.byAnalogs.pricePerM2);
  });

  it.runIf(runs)('finds analogs, explains them and counts all', async () => {
    const response = await services.post('analogs', {
      deal: 'sale',
      kind: 'office',
      k: 5,
      subject: { station: premises.station, area: 150, class: 'A' },
      filters: { areaMin: 50, areaMax: 400 },
    });
    const { items, total, snapshotVersion } = await response.json();
    expect(response.status).toBe(200);
    expect(items).toHaveLength(5);
    expect(total).toBeGreaterThanOrEqual(5);
    expect(snapshotVersion).toMatch(/\./);
    const scores = items.map(({ score }: { score: number }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    for (const { lotId, lot, same, differs } of items) {
      expect(lot.id).toBe(lotId);
      expect(lot.area).toBeGreaterThanOrEqual(50);
      expect(same.length + differs.length).toBeGreaterThan(0);
    }
  });

  it.runIf(runs)('takes a change of the catalogue into the next answers', async () => {
    const ask = async () => (await services.post('valuations', premises)).json();
    const before = await ask();
    const sold = before.byAnalogs.analogs[0].lotId;
    const { pool } = services.platform;
    const { rows } = await pool.query<{ estate_id: string }>(
      `update lots set status = 'withdrawn' where id = $1 returning estate_id`,
      [sold],
    );
    await pool.query('update estates set updated_at = now(), revision = pg_current_xact_id() where id = $1', [
      rows[0]?.estate_id,
    ]);
    await expect
      .poll(async () => (await ask()).snapshotVersion, { timeout: 20_000, interval: 300 })
      .not.toBe(before.snapshotVersion);
    const after = await ask();
    expect(after.byAnalogs.analogs.map(({ lotId }: { lotId: string }) => lotId)).not.toContain(sold);
  });

  it.runIf(runs)('computes an investment model as JSON, XLSX and PDF', async () => {
    const json = await services.post('finance-models', model, {}, '?wait=30000');
    const result = await json.json();
    expect(json.status).toBe(200);
    expect(result).toMatchObject({
      roubles: { buyingProperty: -31_000_000 },
      millions: { buyingProperty: -31 },
      rentIrr: { status: 'unique', percent: expect.any(Number) },
    });
    expect(result).not.toHaveProperty('attachments');
    for (const [type, magic] of [
      [XLSX, 'PK'],
      ['application/pdf', '%PDF'],
    ] as const) {
      const response = await services.post('finance-models', model, { accept: type }, '?wait=30000');
      const bytes = Buffer.from(await response.arrayBuffer());
      expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
      expect(bytes.subarray(0, magic.length).toString()).toBe(magic);
      expect(response.headers.get('content-length')).toBe(String(bytes.length));
      expect(response.headers.get('content-disposition')).toContain('attachment');
    }
    const picture = await services.post('finance-models', model, { accept: 'image/webp' });
    expect([picture.status, (await picture.json()).code]).toEqual([406, 'NOT_ACCEPTABLE']);
  });

  it.runIf(runs)('answers 202 when it may not wait, and the job tells its end and its files', async () => {
    const accepted = await services.post(
      'finance-models',
      { ...model, area: 123 },
      { accept: 'application/pdf' },
      '?wait=0',
    );
    const { jobId } = await accepted.json();
    expect(accepted.status).toBe(202);
    const job = async () => (await services.get(`/api/v1/jobs/${jobId}`)).json();
    await expect.poll(async () => (await job()).state, { timeout: 20_000 }).toBe('completed');
    const { result, files } = await job();
    expect(result.inputs.area).toBe(123);
    expect(files).toEqual([
      { name: 'Инвестиционная модель.pdf', contentType: 'application/pdf', url: expect.stringContaining('sig=') },
    ]);
    const { pathname, search } = new URL(files[0].url);
    const file = await fetch(`${services.url}${pathname}${search}`);
    expect([
      file.status,
      Buffer.from(await file.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ]).toEqual([200, '%PDF']);
    const again = await services.post('finance-models', { ...model, area: 123 }, { accept: 'application/pdf' });
    expect([again.status, again.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const unknown = await services.get('/api/v1/jobs/job-000000000000000000000000');
    expect([unknown.status, (await unknown.json()).code]).toEqual([404, 'JOB_NOT_FOUND']);
  });

  it.runIf(runs).each([
    ['valuations', { ...premises, station: 'Павелецкия площадь' }, 422, 'UNKNOWN_STATION'],
    ['valuations', { ...premises, area: -5 }, 400, 'VALIDATION_FAILED'],
    ['valuations', { ...premises, secret: 1 }, 400, 'VALIDATION_FAILED'],
    ['valuations', '{', 400, 'MALFORMED_JSON'],
    ['analogs', { deal: 'sale', kind: 'office', subject: { area: 100, station: 'Нигде' } }, 422, 'UNKNOWN_STATION'],
    ['analogs', { deal: 'sale', kind: 'office', subject: { area: 100, lat: 55.7 } }, 422, 'INVALID_REQUEST'],
    ['analogs', { deal: 'sale', kind: 'office', subject: { area: 100 }, weights: { luck: 1 } }, 422, 'INVALID_REQUEST'],
    ['analogs', { deal: 'sale', kind: 'office', k: 101, subject: { area: 100 } }, 400, 'VALIDATION_FAILED'],
    ['finance-models', { ...model, payments: { '2027-Q1': 60, '2027-Q2': 30 } }, 422, 'SCHEDULE_NOT_100'],
    ['finance-models', { ...model, station: 'Белоруская-сортировочная' }, 422, 'UNKNOWN_STATION'],
    ['finance-models', { ...model, station: undefined }, 422, 'FIELD_REQUIRED'],
    ['finance-models', { ...model, vatPercent: 20 }, 422, 'UNKNOWN_VALUE'],
    ['finance-models', { ...model, payments: { '2050-Q1': 100 } }, 422, 'PAYMENT_AFTER_HORIZON'],
  ])('refuses %s %j with %i %s', async (service, body, status, code) => {
    const response = await services.post(service, body);
    const problem = await response.json();
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect([response.status, problem.code]).toEqual([status, code]);
    if (status === 422) expect(problem.detail).toMatch(/[а-яё]/i);
  });

  it.runIf(runs)('offers the closest stations and the sum of a schedule to programs', async () => {
    const station = await (await services.post('valuations', { ...premises, station: 'Павелецкя' })).json();
    if (station.code) expect(station).toMatchObject({ suggestions: expect.arrayContaining([expect.any(String)]) });
    const far = await (await services.post('valuations', { ...premises, station: 'Пушкинская роща' })).json();
    expect(far).toMatchObject({ code: 'UNKNOWN_STATION', field: 'station', suggestions: expect.any(Array) });
    const schedule = await (await services.post('finance-models', { ...model, payments: { '2027-Q1': 90 } })).json();
    expect(schedule).toMatchObject({ code: 'SCHEDULE_NOT_100', sum: 90, field: 'payments' });
  });

  it.runIf(runs)('answers the same request from the cache and says so in the metrics', async () => {
    const uses = async (use: string) => {
      const text = await (await services.get('/metrics')).text();
      const line = text
        .split('\n')
        .find((row) => row.includes(`wewall_job_cache_total{name="finance-model",use="${use}"}`));
      return Number(line?.split(' ').at(-1) ?? 0);
    };
    const before = { hit: await uses('hit'), miss: await uses('miss') };
    // Differently written, so that each is a job of its own; equal once the keys are in order.
    const { area, ...rest } = model;
    expect((await services.post('finance-models', { area: 77, ...rest })).status).toBe(200);
    const { pricePerM2, ...others } = rest;
    const second = await services.post('finance-models', { pricePerM2, area: 77, ...others });
    expect(second.status).toBe(200);
    const keys = new ApiKeys(new ApiKeyRepository(services.platform.pool), { production: true });
    const { secret } = await keys.issue({ name: 'other', scopes: ['services'] });
    const other = await services.post('finance-models', { area: 77, ...rest }, { authorization: `Bearer ${secret}` });
    expect(other.status).toBe(200);
    expect({ hit: await uses('hit'), miss: await uses('miss') }).toEqual({
      hit: before.hit + 2,
      miss: before.miss + 1,
    });
  });

  it.runIf(runs)('refuses more unfinished jobs than the key may have', async () => {
    const { pool } = services.platform;
    const keys = new ApiKeys(new ApiKeyRepository(pool), { production: true });
    const { key, secret } = await keys.issue({ name: 'small', scopes: ['services'], openJobs: 2 });
    await pool.query(
      `insert into job_results (id, owner, name) select 'stuck-${kind}-' || n, $1, 'valuation' from generate_series(1, 2) n`,
      [key.id],
    );
    const refused = await services.post('valuations', premises, { authorization: `Bearer ${secret}` });
    expect([refused.status, (await refused.json()).code]).toEqual([429, 'TOO_MANY_JOBS']);
    expect(refused.headers.get('retry-after')).toBe('2');
    await pool.query(`update job_results set state = 'failed' where owner = $1`, [key.id]);
    expect((await services.post('valuations', premises, { authorization: `Bearer ${secret}` })).status).toBe(200);
  });
});

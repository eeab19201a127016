import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type GuardedFetch, migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import type { JobStatus, ServiceJobs, ServiceRequest } from '../services/service-jobs.js';
import { type Call, json, partner, type StartedApi, startApi } from '../started-api.js';

/** Jobs that note what was asked and answer as told: the engine itself is tested where it runs. */
class NotedJobs implements ServiceJobs {
  readonly asked: ServiceRequest[] = [];
  next: JobStatus = { state: 'waiting', jobId: 'job-1' };

  async run(request: ServiceRequest): Promise<JobStatus> {
    this.asked.push(request);
    return this.next;
  }

  async find(): Promise<undefined> {
    return undefined;
  }
}

let database: TestDatabase;
let folder: string;
let api: StartedApi;
let call: Call;
const jobs = new NotedJobs();
let picture: Buffer;

/** The outside: one address that has a picture. */
const guarded = {
  fetch: async (address: string) => ({ status: 200, headers: {}, body: picture, url: new URL(address) }),
} as unknown as GuardedFetch;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  folder = mkdtempSync(path.join(tmpdir(), 'wewall-images-'));
  picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#369' } })
    .jpeg()
    .withExif({ IFD0: { Make: 'SecretCamera' } })
    .toBuffer();
  api = await startApi({ pool: database.pool, folder, parts: { jobs, guarded } });
  call = partner(api);
});
afterAll(async () => {
  await api.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function upload(bytes: Buffer, name = 'plan.jpg'): Promise<{ status: number; body: Record<string, string> }> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)]), name);
  const response = await call('/uploads', { method: 'POST', body: form });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

const uploadId = async (bytes: Buffer) => (await upload(bytes)).body.uploadId;

async function post(route: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await call(route, json(body));
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('pictures of partners', () => {
  it('answers 202 with the job while it is looked at, 200 with what was found', async () => {
    const id = await uploadId(picture);
    jobs.next = { state: 'waiting', jobId: 'job-1' };
    expect(await post('/images/analyses?wait=0', { uploadId: id, want: ['text', 'kind'] })).toEqual({
      status: 202,
      body: { jobId: 'job-1' },
    });
    expect(jobs.asked.at(-1)).toMatchObject({
      name: 'vision.analysis',
      payload: { fileId: expect.stringMatching(/^[0-9a-f]{40}$/), want: ['kind', 'text'] },
      waitMs: 0,
    });
    jobs.next = { state: 'completed', jobId: 'job-1', result: { kind: 'plan' }, files: [] };
    expect(await post('/images/analyses', { url: 'https://example.org/plan.jpg' })).toEqual({
      status: 200,
      body: { kind: 'plan' },
    });
  });

  it('gives a cut-out as a link, and passes on mask, ground and shadow', async () => {
    const file = { fileId: 'a'.repeat(40), name: 'cutout.png', contentType: 'image/png', size: 10 };
    jobs.next = { state: 'completed', jobId: 'job-2', result: { steps: [] }, files: [file] };
    const mask = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const asked = { uploadId: await uploadId(picture), maskUploadId: await uploadId(mask), background: 'white' };
    const { status, body } = await post('/images/cutouts', asked);
    expect(status).toBe(200);
    expect(body).toEqual({
      steps: [],
      files: [{ name: 'cutout.png', contentType: 'image/png', url: expect.stringMatching(/^http:\/\/files\.test/) }],
    });
    expect(jobs.asked.at(-1)?.payload).toMatchObject({ background: 'white', shadow: true });
    expect(jobs.asked.at(-1)?.payload.maskFileId).not.toBe(jobs.asked.at(-1)?.payload.fileId);
  });

  it.each([
    ['/images/analyses', {}, 400, 'VALIDATION_FAILED'],
    ['/images/analyses', { uploadId: 'x', url: 'https://example.org/a.png' }, 400, 'VALIDATION_FAILED'],
    ['/images/analyses', { uploadId: 'nobody-s' }, 422, 'UPLOAD_NOT_FOUND'],
    ['/images/analyses', { uploadId: 'x', want: ['everything'] }, 400, 'VALIDATION_FAILED'],
    ['/images/analyses', { url: 'http://example.org/a.png' }, 400, 'VALIDATION_FAILED'],
    ['/images/analyses', { uploadId: 'x', extra: 1 }, 400, 'VALIDATION_FAILED'],
    ['/images/cutouts', { uploadId: 'x', background: 'pink' }, 400, 'VALIDATION_FAILED'],
    ['/images/cutouts', { uploadId: 'x', shadow: 'yes' }, 400, 'VALIDATION_FAILED'],
  ])('%s %j: %i %s', async (route, body, status, code) => {
    expect(await post(route, body)).toMatchObject({ status, body: { code } });
  });

  it('tells our faults from the picture’s', async () => {
    const id = await uploadId(picture);
    jobs.next = { state: 'failed', jobId: 'j', problem: { code: 'VISION_UNAVAILABLE', detail: 'Не сейчас' } };
    expect(await post('/images/analyses', { uploadId: id })).toMatchObject({ status: 503 });
    jobs.next = { state: 'failed', jobId: 'j', problem: { code: 'image-truncated', detail: 'Не целиком' } };
    expect(await post('/images/analyses', { uploadId: id })).toMatchObject({
      status: 422,
      body: { code: 'IMAGE_TRUNCATED', detail: 'Не целиком' },
    });
  });

  it('refuses what is no picture, by its bytes', async () => {
    const pdf = await uploadId(Buffer.from('%PDF-1.7 x'));
    expect(await post('/images/analyses', { uploadId: pdf })).toMatchObject({
      status: 415,
      body: { code: 'NOT_A_PICTURE' },
    });
    expect(await upload(picture.subarray(0, 300))).toMatchObject({ status: 422, body: { code: 'IMAGE_TRUNCATED' } });
    expect(await upload(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.png')).toMatchObject({
      status: 415,
      body: { code: 'IMAGE_SVG' },
    });
  });

  it('is described', async () => {
    const described = (await (await fetch(`${api.base}/api/openapi.json`)).json()) as { paths: Record<string, object> };
    expect(Object.keys(described.paths)).toEqual(
      expect.arrayContaining(['/api/v1/images/analyses', '/api/v1/images/cutouts']),
    );
  });
});

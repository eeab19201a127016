import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from '@swc/core';
import openapiTS, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningProduct } from '../e2e/running-product.js';
import { AnswerCheck, type ApiDocument } from './answer-check.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('a client generated from the OpenAPI document', () => {
  let folder: string;
  let product: RunningProduct;
  let document: ApiDocument;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-client-'));
    product = await RunningProduct.start(path.join(folder, 'data'), {
      OUTBOUND_ALLOWED_NETWORKS: '127.0.0.1/32',
      QUIET_WINDOW_MS: '0',
    });
    document = (await (await fetch(`${product.url}/api/openapi.json`)).json()) as ApiDocument;
    writeFileSync(
      path.join(folder, 'generated.ts'),
      astToString(await openapiTS(JSON.stringify(document), { defaultNonNullable: false })),
    );
    for (const name of ['partner.ts', 'mistakes.ts']) {
      copyFileSync(path.join(import.meta.dirname, 'assets', name), path.join(folder, name));
    }
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  }, 120_000);
  afterAll(async () => {
    await product?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const typeCheck = (file: string) => {
    const compilerOptions = {
      target: 'es2023',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      lib: ['es2023', 'dom', 'dom.asynciterable'],
    };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    const { stdout } = spawnSync(
      process.execPath,
      [path.join(ROOT, 'node_modules/typescript-native/bin/tsc'), '-p', folder, '--pretty', 'false'],
      { encoding: 'utf8', cwd: folder },
    );
    return stdout;
  };

  it('type-checks a partner’s program and finds mistakes in another', () => {
    expect(typeCheck('partner.ts')).toBe('');
    const numbers = readFileSync(path.join(folder, 'mistakes.ts'), 'utf8')
      .split('\n')
      .flatMap((line, index) => (/\/\/ \d$/.test(line) ? [index + 1] : []));
    const found = [...typeCheck('mistakes.ts').matchAll(/^mistakes\.ts\((\d+),/gm)].map(([, line]) => Number(line));
    expect(numbers).toHaveLength(6);
    expect([...new Set(found)]).toEqual(numbers);
  });

  it('calls every operation of the running server; every answer is as documented', async () => {
    const { code } = await transform(readFileSync(path.join(folder, 'partner.ts'), 'utf8'), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    const file = path.join(folder, 'partner.js');
    writeFileSync(file, code);
    const { run } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      run(surroundings: {
        baseUrl: string;
        key: string;
        fetch: typeof fetch;
        picture: Blob;
        webhookUrl: string;
      }): Promise<string[]>;
    };
    const check = new AnswerCheck(document);
    const seen = await run({
      baseUrl: product.url,
      key: 'dev',
      picture: new Blob([new Uint8Array(PNG)]),
      webhookUrl: 'http://127.0.0.1:9/hook',
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const response = await fetch(request);
        await check.check(request.method, request.url, response);
        return response;
      },
    });
    expect(seen).toEqual([
      'replies: true',
      'transcript: 1,2',
      'edited: true, typing: 204, read: 204',
      'owner: bot, then manager',
      'events: true',
      'valuation: true, true',
      'analogs: office,office,office',
      'model: true, unique',
      'pdf: true',
      'job: true',
      'webhooks: 1, next null',
      'secrets: true',
      'refused: DELIVERY_NOT_DEAD',
      'removed: 204',
    ]);
    expect([...check.called].sort()).toEqual(check.operations.sort());
  }, 180_000);
});

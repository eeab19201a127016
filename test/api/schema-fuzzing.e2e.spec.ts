import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningProduct } from '../e2e/running-product.js';
import { isInstalled } from '../topology/installed.js';

/** How long the fuzzer generates requests, seconds. */
const BUDGET_SECONDS = 40;
/**
 * Left out: that whatever fits the schema is accepted. An upload that does not exist, an address inside, a key used twice
 * fit the schema and are refused, each with a documented answer.
 */
const LEFT_OUT = 'positive_data_acceptance';

const installed = isInstalled('schemathesis');
if (!installed) {
  console.warn(
    'SKIPPED: fuzzing of the OpenAPI document needs schemathesis (python3 -m pip install schemathesis==4.32.5)',
  );
}

describe.skipIf(!installed)('the running server under requests generated from its OpenAPI document', () => {
  let folder: string;
  let product: RunningProduct;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-fuzzing-'));
    product = await RunningProduct.start(path.join(folder, 'data'), { QUIET_WINDOW_MS: '0' });
  }, 120_000);
  afterAll(async () => {
    await product?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers nothing with 5xx and nothing that is not documented', async () => {
    const { code, output } = await run([
      'run',
      `${product.url}/api/openapi.json`,
      '--header=Authorization: Bearer dev',
      '--phases=examples,coverage,fuzzing',
      `--max-time=${BUDGET_SECONDS}`,
      '--request-timeout=40',
      // A stream of events does not end; the generated client reads it.
      '--exclude-path=/api/v1/chats/{chatId}/events',
      `--exclude-checks=${LEFT_OUT}`,
      '--warnings=off',
      '--continue-on-failure',
    ]);
    const cases = Number(/Test cases:\s+(\d[\d,]*) generated/.exec(output)?.[1]?.replace(',', ''));
    console.info(`schema fuzzing: ${cases} requests`);
    expect(output.includes('Failures:') ? output.slice(output.indexOf('= FAILURES =')) : '').toBe('');
    expect(cases).toBeGreaterThan(200);
    expect(code).toBe(0);
  }, 150_000);

  function run(args: string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn('schemathesis', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output }));
    });
  }
});

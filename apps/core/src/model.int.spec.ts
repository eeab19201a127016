import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { LlmGateway } from '#libs/llm';
import {
  createLogger,
  HealthRegistry,
  loadConfig,
  Metrics,
  migrate,
  type OpenedPlatform,
  Shutdown,
} from '#libs/platform';
import { createTestDatabase, OpenAiSimulator, type TestDatabase } from '#libs/testing';
import { openModel } from './model.js';

let database: TestDatabase;
let simulator: OpenAiSimulator;
let baseUrl: string;
let shutdown: Shutdown;

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  simulator = new OpenAiSimulator({ answer: () => 'НЕ ЗНАЮ' });
  baseUrl = await simulator.start();
});
afterEach(async () => {
  await shutdown.run();
  await simulator.stop();
  await database.drop();
});

/** What `openModel` uses of a process with these variables. */
function open(env: Record<string, string>) {
  const logger = createLogger({ level: 'silent', app: 'test' });
  shutdown = new Shutdown(logger);
  const platform = {
    config: loadConfig({ OPENAI_BASE_URL: baseUrl, ...env }),
    pool: database.pool,
    logger,
    shutdown,
    health: new HealthRegistry(),
    metrics: new Metrics({ processMetrics: false }),
  } as unknown as OpenedPlatform;
  return { ...openModel(platform), ...platform };
}

const ask = (gateway: LlmGateway | null) =>
  gateway?.stream({ purpose: 'answer', messages: [['human', 'вопрос']], onText: () => true });
const available = async (metrics: Metrics, endpoint: string) =>
  new RegExp(`^wewall_model_available\\{endpoint="${endpoint}"\\} (\\d)$`, 'm').exec(await metrics.exposition())?.[1];

describe(openModel.name, () => {
  it('opens nothing and reports nothing without a key', async () => {
    const { gateway, embedder, health, metrics } = open({ OPENAI_API_KEY: '' });
    expect([gateway, embedder]).toEqual([null, null]);
    expect(await health.report()).toEqual({ status: 'ok', checks: {} });
    expect(await available(metrics, 'model')).toBeUndefined();
  });

  it('is well while the endpoint answers, and counts its calls', async () => {
    const { gateway, health, metrics } = open({ OPENAI_API_KEY: 'test-key', OPENAI_EMBEDDING_MODEL: 'stems' });
    await ask(gateway);
    expect(await health.report()).toEqual({ status: 'ok', checks: { model: 'ok', embeddings: 'ok' } });
    expect(await available(metrics, 'model')).toBe('1');
    expect(await available(metrics, 'embeddings')).toBe('1');
    expect(await metrics.exposition()).toContain('wewall_model_calls_total{purpose="answer",outcome="ok"} 1');
  });

  it.each<[string, Record<string, string>, () => void, number]>([
    ['whose endpoint is silent', {}, () => simulator.script.push(...Array(10).fill('reset')), 3],
    ['that always refuses', {}, () => simulator.script.push(...Array(10).fill('refusal')), 5],
    ['whose key is wrong', { OPENAI_API_KEY: 'other' }, () => {}, 5],
    ['that has cost what a day may', { LLM_INPUT_RUB_PER_MILLION: '1000000', LLM_DAILY_BUDGET_RUB: '1' }, () => {}, 1],
    ['that may cost nothing', { LLM_DAILY_BUDGET_RUB: '0' }, () => {}, 0],
  ])('makes a process with a model %s degraded and leaves it ready', async (_name, env, prepare, calls) => {
    prepare();
    const { gateway, health, metrics } = open({ OPENAI_API_KEY: 'test-key', ...env });
    for (let call = 0; call < calls; call += 1) await ask(gateway);
    expect(await health.report()).toEqual({ status: 'ok', checks: { model: 'degraded' } });
    expect(await available(metrics, 'model')).toBe('0');
  });

  it('is well again after an answer of use', async () => {
    const { gateway, health, metrics } = open({ OPENAI_API_KEY: 'test-key' });
    simulator.script.push(...Array(5).fill('refusal'));
    for (let call = 0; call < 5; call += 1) await ask(gateway);
    expect((await health.report()).checks).toEqual({ model: 'degraded' });
    await ask(gateway);
    expect((await health.report()).checks).toEqual({ model: 'ok' });
    expect(await available(metrics, 'model')).toBe('1');
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OpenAiSimulator } from '#libs/testing';
import { LlmGateway } from './gateway.js';
import type { LlmCallRecord } from './outcome.js';
import type { LlmSettings } from './settings.js';
import { MemorySpendLedger } from './spend.js';
import { TimeLimit } from './time-limit.js';

const SCHEMA = z.strictObject({ colour: z.enum(['red', 'blue']), size: z.number().nullable() });

const settingsOf = (baseUrl: string): LlmSettings => ({
  apiKey: 'test-key',
  baseUrl,
  model: 'simulated',
  timeoutMs: 5_000,
  dailyBudgetKopecks: 1_000,
  inputRubPerMillion: 40,
  outputRubPerMillion: 160,
});

describe(LlmGateway.name, () => {
  let simulator: OpenAiSimulator;
  let baseUrl: string;
  let records: LlmCallRecord[];

  beforeEach(async () => {
    records = [];
    simulator = new OpenAiSimulator({ answer: () => ({ colour: 'red', size: 3 }), slowMs: 1_000 });
    baseUrl = await simulator.start();
  });
  afterEach(() => simulator.stop());

  const gatewayWith = (settings: { timeoutMs?: number; dailyBudgetKopecks?: number; apiKey?: string } = {}) =>
    new LlmGateway({ ...settingsOf(baseUrl), ...settings }, new MemorySpendLedger(), {
      onCall: (record) => records.push(record),
      sleep: async () => {},
    });
  const ask = (gateway: LlmGateway) =>
    gateway.structured({ purpose: 'test', schemaName: 'thing', schema: SCHEMA, messages: [['human', 'красный']] });

  it('gets a schema-checked object with a strict request the endpoint accepts', async () => {
    expect(await ask(gatewayWith())).toMatchObject({ ok: true, value: { colour: 'red', size: 3 } });
    const format = simulator.journal[0]?.request?.response_format;
    expect(format).toMatchObject({ type: 'json_schema', json_schema: { strict: true } });
    expect(records[0]).toMatchObject({ purpose: 'test', outcome: 'ok' });
    expect(records[0]?.kopecks).toBeGreaterThan(0);
  });

  it.each([
    ['slow', 'no-answer', 2],
    ['server-error', 'provider-error', 2],
    ['malformed-json', 'invalid', 1],
    ['wrong-schema', 'invalid', 1],
    ['refusal', 'refused', 1],
    ['cut-stream', 'no-answer', 2],
    ['reset', 'no-answer', 2],
    ['rate-limited', 'rate-limited', 2],
  ] as const)('%s is the expected outcome %s after %i requests', async (fault, failure, requests) => {
    simulator.fault = fault;
    expect(await ask(gatewayWith(fault === 'slow' ? { timeoutMs: 100 } : {}))).toMatchObject({ ok: false, failure });
    expect(simulator.journal).toHaveLength(requests);
  });

  it('recovers on the single retry', async () => {
    simulator.script.push('server-error');
    expect(await ask(gatewayWith())).toMatchObject({ ok: true });
    expect(simulator.journal.map((entry) => entry.status)).toEqual([503, 200]);
  });

  it('does not wait out a long Retry-After', async () => {
    const strict = new OpenAiSimulator({ answer: () => ({}), retryAfter: 60 });
    baseUrl = await strict.start();
    strict.fault = 'rate-limited';
    expect(await ask(gatewayWith())).toMatchObject({ ok: false, failure: 'rate-limited' });
    expect(strict.journal).toHaveLength(1);
    await strict.stop();
  });

  it('opens the breaker after five failures in a row and stops calling', async () => {
    simulator.fault = 'server-error';
    const gateway = gatewayWith();
    for (let call = 0; call < 3; call += 1) await ask(gateway);
    const before = simulator.journal.length;
    expect(await ask(gateway)).toMatchObject({ ok: false, failure: 'breaker-open' });
    expect(simulator.journal).toHaveLength(before);
  });

  it('stops at the daily budget', async () => {
    const gateway = gatewayWith({ dailyBudgetKopecks: 1 });
    expect(await ask(gateway)).toMatchObject({ ok: true });
    expect(await ask(gateway)).toMatchObject({ ok: false, failure: 'budget' });
    expect(simulator.journal).toHaveLength(1);
  });

  it('never calls with a budget of zero', async () => {
    expect(await ask(gatewayWith({ dailyBudgetKopecks: 0 }))).toMatchObject({ ok: false, failure: 'budget' });
    expect(simulator.journal).toHaveLength(0);
  });

  it('reports a wrong key as a refusal, not as silence', async () => {
    expect(await ask(gatewayWith({ apiKey: 'other' }))).toMatchObject({ ok: false, failure: 'refused' });
  });

  describe('trouble', () => {
    it('is none at first and after an answer, and the open breaker when the endpoint is silent', async () => {
      const gateway = gatewayWith();
      expect(await gateway.trouble()).toBeNull();
      simulator.fault = 'server-error';
      for (let call = 0; call < 2; call += 1) await ask(gateway);
      expect(await gateway.trouble()).toBeNull();
      await ask(gateway);
      expect(await gateway.trouble()).toBe('breaker-open');
    });

    it.each(['refusal', 'wrong-schema', 'malformed-json'] as const)(
      'is told of an endpoint that answers and never to the point (%s), until it does',
      async (fault) => {
        const gateway = gatewayWith();
        simulator.fault = fault;
        for (let call = 0; call < 5; call += 1) await ask(gateway);
        expect(await gateway.trouble()).toBe('failing');
        simulator.fault = 'none';
        await ask(gateway);
        expect(await gateway.trouble()).toBeNull();
      },
    );

    it('is told of a key nobody knows', async () => {
      const gateway = gatewayWith({ apiKey: 'other' });
      for (let call = 0; call < 5; call += 1) await ask(gateway);
      expect(await gateway.trouble()).toBe('failing');
    });

    it('is the budget when the day is paid out', async () => {
      const gateway = gatewayWith({ dailyBudgetKopecks: 1 });
      await ask(gateway);
      expect(await gateway.trouble()).toBe('budget');
    });
  });

  describe('time its caller shares among its calls', () => {
    const askWithin = (gateway: LlmGateway, signal: AbortSignal) =>
      gateway.structured({
        purpose: 'test',
        schemaName: 'thing',
        schema: SCHEMA,
        messages: [['human', 'красный']],
        signal,
      });

    it('cuts a call that its own limit would let go on, and leaves no retry', async () => {
      simulator.fault = 'stalled-stream';
      const time = new AbortController();
      const asked = askWithin(gatewayWith({ timeoutMs: 60_000 }), time.signal);
      await expect.poll(() => simulator.journal.length).toBe(1);
      time.abort(new DOMException('the time is over', 'TimeoutError'));
      expect(await asked).toMatchObject({ ok: false, failure: 'out-of-time' });
      expect(simulator.journal).toHaveLength(1);
    });

    it('is over for every call after it: nothing is asked', async () => {
      const time = new TimeLimit(1);
      await expect.poll(() => time.signal.aborted).toBe(true);
      const gateway = gatewayWith();
      for (let call = 0; call < 6; call += 1)
        expect(await askWithin(gateway, time.signal)).toMatchObject({ ok: false, failure: 'out-of-time' });
      expect(simulator.journal).toEqual([]);
      // What was not asked is not at fault.
      expect(await gateway.trouble()).toBeNull();
    });

    it('ends the wait for the retry', async () => {
      simulator.fault = 'server-error';
      const end = new AbortController();
      const gateway = new LlmGateway({ ...settingsOf(baseUrl), dailyBudgetKopecks: 1_000 }, new MemorySpendLedger(), {
        sleep: async (_ms, signal) => {
          expect(signal).toBe(end.signal);
          end.abort();
        },
      });
      expect(await askWithin(gateway, end.signal)).toMatchObject({ ok: false, failure: 'cancelled' });
      expect(simulator.journal).toHaveLength(1);
    });

    it('opens the breaker when the endpoint never makes it', async () => {
      simulator.fault = 'slow';
      const gateway = gatewayWith();
      for (let call = 0; call < 5; call += 1) await askWithin(gateway, new TimeLimit(30).signal);
      expect(await gateway.trouble()).toBe('breaker-open');
    });

    it('is no fault of the endpoint when nobody waits any more', async () => {
      simulator.fault = 'stalled-stream';
      const gateway = gatewayWith({ timeoutMs: 60_000 });
      for (let call = 1; call <= 5; call += 1) {
        const end = new AbortController();
        const asked = askWithin(gateway, end.signal);
        await expect.poll(() => simulator.journal.length).toBe(call);
        end.abort(new Error('the lease was lost'));
        expect(await asked).toMatchObject({ ok: false, failure: 'cancelled' });
      }
      expect(await gateway.trouble()).toBeNull();
    });
  });

  describe('streaming', () => {
    const TEXT = 'Первое предложение ответа. Второе предложение ответа, чуть длиннее первого.';
    const streamed = async (options: { stopAfter?: number; timeoutMs?: number } = {}) => {
      const own = new OpenAiSimulator({ answer: () => TEXT, slowMs: 1_000 });
      own.fault = simulator.fault;
      baseUrl = await own.start();
      let shown = '';
      const outcome = await gatewayWith({ timeoutMs: options.timeoutMs ?? 5_000 }).stream({
        purpose: 'answer',
        messages: [['human', 'вопрос']],
        onText: (text) => {
          shown += text;
          return shown.length < (options.stopAfter ?? Number.POSITIVE_INFINITY);
        },
      });
      await own.stop();
      return { outcome, shown, requests: own.journal.length };
    };

    it('hands the text on in pieces and counts tokens and cost once', async () => {
      const { outcome, shown } = await streamed();
      expect(outcome).toMatchObject({ ok: true, value: TEXT });
      expect(shown).toBe(TEXT);
      expect(records).toHaveLength(1);
      expect(records[0]).toMatchObject({ purpose: 'answer', outcome: 'ok', outputTokens: Math.ceil(TEXT.length / 4) });
      expect(records[0]?.kopecks).toBeGreaterThan(0);
    });

    it('is stopped by the reader without being a failure, and still costs', async () => {
      const { outcome, shown } = await streamed({ stopAfter: 20 });
      expect(outcome.ok).toBe(true);
      expect(shown.length).toBeLessThan(TEXT.length);
      expect(records[0]?.kopecks).toBeGreaterThan(0);
    });

    it.each(['cut-stream', 'stalled-stream'] as const)('%s after the first text is not asked again', async (fault) => {
      simulator.fault = fault;
      const { outcome, shown, requests } = await streamed({ timeoutMs: fault === 'stalled-stream' ? 300 : 5_000 });
      expect(outcome).toMatchObject({ ok: false, failure: 'no-answer' });
      expect(TEXT.startsWith(shown)).toBe(true);
      expect(shown.length).toBeGreaterThan(0);
      expect(requests).toBe(1);
      expect(records[0]?.kopecks).toBeGreaterThan(0);
    });

    it.each([
      ['refusal', 'refused', 1],
      ['slow', 'no-answer', 2],
      ['server-error', 'provider-error', 2],
      ['reset', 'no-answer', 2],
    ] as const)('%s is %s after %i requests', async (fault, failure, times) => {
      simulator.fault = fault;
      const { outcome, requests } = await streamed({ timeoutMs: fault === 'slow' ? 100 : 5_000 });
      expect(outcome).toMatchObject({ ok: false, failure });
      expect(requests).toBe(times);
    });
  });
});

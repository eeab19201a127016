import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpenAiSimulator } from '#libs/testing';
import { OpenAiEmbedder } from './embedder.js';
import { TimeLimit } from './time-limit.js';

describe(OpenAiEmbedder.name, () => {
  const simulator = new OpenAiSimulator({ answer: () => ({}), slowMs: 1_000 });
  let embedder: OpenAiEmbedder;
  let baseUrl: string;

  const embedderWithin = (timeoutMs: number) =>
    new OpenAiEmbedder({ apiKey: 'test-key', baseUrl, model: 'text-embedding-3-small', timeoutMs });

  beforeEach(async () => {
    simulator.fault = 'none';
    simulator.journal.length = 0;
    baseUrl = await simulator.start();
    embedder = embedderWithin(5_000);
  });
  afterEach(() => simulator.stop());

  it('keeps the order of texts over several requests', async () => {
    const texts = Array.from(
      { length: 150 },
      (_, index) => `аренда${String.fromCharCode(1072 + (index % 32))} ${index}`,
    );
    const vectors = await embedder.embed(texts);
    expect(vectors).toHaveLength(150);
    expect(simulator.journal.map((entry) => entry.embeddings?.input.length ?? 0).sort()).toEqual([22, 64, 64]);
    expect(vectors[149]).toEqual((await embedder.embed([texts[149] as string]))[0]);
  });

  it('brings texts with common words near', async () => {
    const [a, b, c] = await embedder.embed(['парковка во дворе', 'есть ли парковка', 'кафе на этаже']);
    const dot = (x: number[] = [], y: number[] = []) => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
    expect(dot(a, b)).toBeGreaterThan(dot(a, c));
  });

  it.each(['slow', 'server-error', 'rate-limited', 'reset', 'malformed-json', 'wrong-schema'] as const)(
    'rejects on %s',
    async (fault) => {
      simulator.fault = fault;
      const timeoutMs = fault === 'slow' ? 100 : 5_000;
      await expect(embedderWithin(timeoutMs).embed(['текст', 'другой'])).rejects.toThrow();
    },
  );

  it('stops asking a dead endpoint', async () => {
    simulator.fault = 'server-error';
    for (let call = 0; call < 5; call += 1) await embedder.embed(['текст']).catch(() => undefined);
    const before = simulator.journal.length;
    await expect(embedder.embed(['текст'])).rejects.toThrow();
    expect(simulator.journal).toHaveLength(before);
    expect(await embedder.trouble()).toBe('breaker-open');
  });

  it('is given up at the end of the time its caller shares, and not asked after it', async () => {
    simulator.fault = 'slow';
    const time = new TimeLimit(50);
    await expect(embedder.embed(['текст'], time.signal)).rejects.toThrow('out-of-time');
    await expect(embedder.embed(['текст'], time.signal)).rejects.toThrow('out-of-time');
    expect(simulator.journal.length).toBeLessThanOrEqual(1);
  });

  it('asks for nothing when there is nothing', async () => {
    expect(await embedder.embed([])).toEqual([]);
    expect(simulator.journal).toEqual([]);
  });
});

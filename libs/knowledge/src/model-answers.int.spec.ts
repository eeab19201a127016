import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { LlmGateway, MemorySpendLedger } from '#libs/llm';
import { migrate } from '#libs/platform';
import { createTestDatabase, type OpenAiFault, OpenAiSimulator, type TestDatabase } from '#libs/testing';
import { seedDocuments } from './importer.js';
import { KnowledgeBase } from './knowledge-base.js';

const QUESTION = 'какая средняя ставка аренды офисов в Москве';
const QUOTE = 'Средняя запрашиваемая ставка аренды офисов в Москве в третьем квартале 2025 года — 34,5 тыс. ₽';

describe('answers written by a model', () => {
  let database: TestDatabase;
  let answer = '';
  const simulator = new OpenAiSimulator({ answer: () => answer, slowMs: 1_000 });
  let baseUrl: string;

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    await seedDocuments(database.pool, path.resolve(import.meta.dirname, '../../../data/knowledge'));
    baseUrl = await simulator.start();
  });
  afterAll(async () => {
    await simulator.stop();
    await database.drop();
  });
  beforeEach(() => {
    simulator.fault = 'none';
  });

  const knowledge = (timeoutMs = 5_000) =>
    new KnowledgeBase(database.pool, {
      gateway: new LlmGateway(
        {
          apiKey: 'test-key',
          baseUrl,
          model: 'simulated',
          timeoutMs,
          dailyBudgetKopecks: 10_000,
          inputRubPerMillion: 40,
          outputRubPerMillion: 160,
        },
        new MemorySpendLedger(),
        { sleep: async () => undefined },
      ),
    });

  it('is shown sentence by sentence with the sources it cites', async () => {
    answer = 'Средняя ставка аренды офисов — 34,5 тыс. ₽ за м² в год. [1] Это на 38 % больше, чем годом раньше. [1]';
    const shown: string[] = [];
    const result = await knowledge().answer(QUESTION, 'market', {
      onSentence: (sentence) => shown.push(sentence),
    });
    expect(result).toMatchObject({ found: true, sources: [{ published: '2025-10-24' }] });
    expect(shown).toHaveLength(2);
    expect(result.found && result.text).toBe(shown.join(' '));
  });

  it('says it does not know when the model says so', async () => {
    answer = 'НЕ ЗНАЮ';
    expect(await knowledge().answer(QUESTION)).toEqual({ found: false });
  });

  it.each([
    'Средняя ставка аренды офисов — 50 тыс. ₽ за м² в год. [1]',
    'Средняя ставка аренды офисов — 34,5 млн ₽ за м² в год. [1]',
    'Средняя ставка аренды офисов — 34,5 тыс. ₽ за м² в год.',
    'Средняя ставка аренды офисов — пятьдесят тысяч ₽ за м² в год. [1]',
    '',
  ])('quotes the passage instead of the lie «%s»', async (lie) => {
    answer = lie;
    const shown: string[] = [];
    const result = await knowledge().answer(QUESTION, 'market', {
      onSentence: (sentence) => shown.push(sentence),
    });
    expect(result.found && result.text).toContain(QUOTE);
    // A quotation is there at once: nothing of it is shown as growing.
    expect(shown).toEqual([]);
  });

  it('keeps what was checked when the stream is cut', async () => {
    simulator.fault = 'cut-stream';
    answer = `Средняя ставка аренды офисов — 34,5 тыс. ₽ за м² в год. [1] ${'И ещё слова о ставке аренды офисов, '.repeat(4)}. [1]`;
    const result = await knowledge().answer(QUESTION);
    expect(result).toMatchObject({ found: true, text: 'Средняя ставка аренды офисов — 34,5 тыс. ₽ за м² в год.' });
  });

  it.each<OpenAiFault>(['slow', 'rate-limited', 'server-error', 'malformed-json', 'wrong-schema', 'refusal', 'reset'])(
    'quotes when the model fails: %s',
    async (fault) => {
      simulator.fault = fault;
      answer = 'Средняя ставка аренды офисов — 50 тыс. ₽ за м² в год. [1]';
      const result = await knowledge(fault === 'slow' ? 100 : 5_000).answer(QUESTION);
      expect(result.found && result.text).toContain(QUOTE);
    },
  );
});

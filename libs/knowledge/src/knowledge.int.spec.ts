import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { parseDocument } from './document.js';
import { type Embedder, embedPassages } from './embedding.js';
import { importDocuments } from './importer.js';
import { KnowledgeBase } from './knowledge-base.js';
import { readDocuments } from './reader.js';
import { findPassages } from './retrieval.js';

const FOLDER = path.resolve(import.meta.dirname, '../../../data/knowledge');

describe('knowledge in Postgres', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    await importDocuments(database.pool, await readDocuments(FOLDER));
  });
  afterAll(() => database.drop());

  it.each([
    ['сколько вы берёте за подбор?', 'бесплатны'],
    ['какая у вас комиссия', 'Вознаграждение'],
    ['до скольки вы работаете', '19:00'],
    ['что такое МАП?', 'месячный арендный поток'],
    ['а какие документы нужны для аренды', 'ЕГРЮЛ'],
    ['нужен ли депозит', 'Обеспечительный'],
    ['какая средняя ставка аренды офиса в Москве', '34,5'],
    ['сколько стоит аренда в Москва-Сити', '80 486'],
    ['что с вакансией на торговых улицах', '4,9'],
    ['вы занимаетесь квартирами?', 'Жилой недвижимостью не занимаемся'],
    ['ты бот?', 'программа'],
    ['порог НДС при УСН', '20 млн'],
  ])('%s', async (question, expected) => {
    const answer = await new KnowledgeBase(database.pool).answer(question);
    expect(answer.found && answer.text).toContain(expected);
  });

  it.each(['какая завтра погода', 'кто выиграл матч', 'напиши стихотворение про кота', 'рецепт борща'])(
    'does not know: %s',
    async (question) => {
      expect(await new KnowledgeBase(database.pool).answer(question)).toEqual({ found: false });
    },
  );

  it('answers with source and date', async () => {
    const answer = await new KnowledgeBase(database.pool).answer('прогноз ставок аренды класса А', 'market');
    expect(answer.found && answer.sources[0]).toMatchObject({
      published: '2026-02-18',
      title: 'Офисный рынок на 2026 год',
    });
  });

  it('imports idempotently, updates what changed and removes what vanished', async () => {
    const own = await createTestDatabase(inject('postgresUrl'));
    try {
      await migrate(own.pool);
      const a = parseDocument('about/a.md', '# А\n\nПарковка есть во дворе.');
      const b = parseDocument('about/b.md', '# Б\n\nКафе на первом этаже.');
      expect(await importDocuments(own.pool, [a, b])).toMatchObject({ added: 2, removed: 0 });
      expect(await importDocuments(own.pool, [a, b])).toMatchObject({ added: 0, updated: 0, unchanged: 2 });
      const changed = parseDocument('about/a.md', '# А\n\nПарковка подземная.');
      expect(await importDocuments(own.pool, [changed])).toMatchObject({ updated: 1, removed: 1 });
      expect((await findPassages(own.pool, 'парковка'))[0]?.body).toBe('Парковка подземная.');
    } finally {
      await own.drop();
    }
  });

  it('fuses words and vectors by rank', async () => {
    const own = await createTestDatabase(inject('postgresUrl'));
    // A toy space: one axis per topic word, so that a question without a common word still finds its passage.
    const embedder: Embedder = {
      model: 'axes-1',
      embed: async (texts) =>
        texts.map((text) => [/автомобил|парков/i.test(text) ? 1 : 0, /кафе|поесть/i.test(text) ? 1 : 0, 0.1]),
    };
    try {
      await migrate(own.pool);
      const documents = [
        parseDocument('about/a.md', '# А\n\nПарковка есть во дворе.'),
        parseDocument('about/b.md', '# Б\n\nКафе на первом этаже.'),
      ];
      await importDocuments(own.pool, documents);
      expect(await embedPassages(own.pool, embedder)).toBe(2);
      const found = await findPassages(own.pool, 'где поставить автомобиль', { embedder });
      expect(found[0]?.body).toBe('Парковка есть во дворе.');
    } finally {
      await own.drop();
    }
  });
});

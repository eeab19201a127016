import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { embedPassages, findPassages, KnowledgeBase, seedDocuments } from '#libs/knowledge';
import { OpenAiEmbedder } from '#libs/llm';
import { migrate } from '#libs/platform';
import { createTestDatabase, OpenAiSimulator, type TestDatabase } from '#libs/testing';

interface Case {
  question: string;
  /** Heading of the passage that answers; null = nothing does. */
  heading: string | null;
}

const CASES = readFileSync(path.join(import.meta.dirname, 'retrieval.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);
const ANSWERABLE = CASES.filter((each) => each.heading !== null);
const UNANSWERABLE = CASES.filter((each) => each.heading === null);

let database: TestDatabase;
const simulator = new OpenAiSimulator({ answer: () => ({}) });
let embedder: OpenAiEmbedder;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  await seedDocuments(database.pool, path.join(import.meta.dirname, '../../data/knowledge'));
  const baseUrl = await simulator.start();
  embedder = new OpenAiEmbedder({ apiKey: 'test-key', baseUrl, model: 'stems', timeoutMs: 2_000 });
  await embedPassages(database.pool, embedder);
});
afterAll(async () => {
  await simulator.stop();
  await database.drop();
});

describe(`retrieval over ${CASES.length} questions, ${UNANSWERABLE.length} without an answer`, () => {
  it('is a set worth the name', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
    expect(UNANSWERABLE.length).toBeGreaterThanOrEqual(20);
  });

  it.each([
    ['words', false],
    ['words and vectors of the simulator', true],
  ])('by %s', async (name, isEmbedded) => {
    const knowledge = new KnowledgeBase(database.pool, { embedder: isEmbedded ? embedder : null });
    const misses: string[] = [];
    let first = 0;
    let right = 0;
    for (const { question, heading } of ANSWERABLE) {
      const [top] = await findPassages(database.pool, question, { embedder: isEmbedded ? embedder : null });
      if (top?.heading === heading) first += 1;
      const bodies = await bodiesOf(heading as string);
      const answer = await knowledge.answer(question);
      if (answer.found && bodies.includes(answer.text)) right += 1;
      else
        misses.push(
          `${question} → ${answer.found ? answer.text.slice(0, 60) : 'не знаю'} (${top?.coverage.toFixed(2)})`,
        );
    }
    const invented: string[] = [];
    for (const { question } of UNANSWERABLE) {
      const answer = await knowledge.answer(question);
      if (answer.found) invented.push(`${question} → ${answer.text.slice(0, 60)}`);
    }
    const rejected = UNANSWERABLE.length - invented.length;
    console.log(
      `${name}: first passage ${first}/${ANSWERABLE.length}, answered right ${right}/${ANSWERABLE.length}, «не знаю» ${rejected}/${UNANSWERABLE.length}`,
    );
    for (const miss of [...misses, ...invented]) console.log(`  ${miss}`);
    expect(right / ANSWERABLE.length).toBeGreaterThanOrEqual(0.85);
    expect(rejected / UNANSWERABLE.length).toBeGreaterThanOrEqual(0.9);
  });
});

async function bodiesOf(heading: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ body: string }>(
    'select body from knowledge_passages where heading = $1',
    [heading],
  );
  expect(rows.length, heading).toBeGreaterThan(0);
  return rows.map((row) => row.body);
}

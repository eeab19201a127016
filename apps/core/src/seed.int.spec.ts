import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { PhraseBook } from '#libs/dialog';
import { PostgresStore } from '#libs/estates';
import { createLogger, migrate } from '#libs/platform';
import { createTestDatabase } from '#libs/testing';
import { seed } from './seed.js';

it('adds phrases a newer version needs and leaves edited ones alone', async () => {
  const database = await createTestDatabase(inject('postgresUrl'));
  try {
    const { pool } = database;
    await migrate(pool);
    const logger = createLogger({ level: 'silent', app: 'test' });
    const data = path.resolve(import.meta.dirname, '../../../data');
    await seed(new PostgresStore(pool), pool, logger, data);
    await pool.query(`delete from messages where key like 'followUp.%'`);
    await pool.query(`update messages set text = 'Другие слова' where key = 'restart.done'`);
    await seed(new PostgresStore(pool), pool, logger, data);
    const { phrases } = await new PostgresStore(pool).catalogue.phrases();
    const book = PhraseBook.load(phrases);
    expect(book.text('restart.done')).toBe('Другие слова');
    expect(book.text('followUp.stopped')).toContain('больше не напоминаю');
  } finally {
    await database.drop();
  }
});

import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { isServerAway } from './database.js';

const error = (message: string, facts: object = {}) => Object.assign(new Error(message), facts);

describe(isServerAway.name, () => {
  it('knows a server that refuses connections', async () => {
    const client = new pg.Client({ connectionString: 'postgresql://nobody@127.0.0.1:9/none' });
    const failure = await client.connect().catch((reason: unknown) => reason);
    expect(isServerAway(failure)).toBe(true);
  });

  it.each([
    ['shut down by its operator', error('terminating connection', { code: '57P01' })],
    ['starting up', error('the database system is starting up', { code: '57P03' })],
    ['a class of lost connections', error('connection failure', { code: '08006' })],
    ['out of connections', error('sorry, too many clients already', { code: '53300' })],
    ['cut off', error('Connection terminated unexpectedly')],
    ['MongoDB', error('getaddrinfo', { name: 'MongoServerSelectionError' })],
  ])('knows one that is %s', (_name, reason) => {
    expect(isServerAway(reason)).toBe(true);
  });

  it.each([
    ['a statement that is wrong', error('syntax error', { code: '42601' })],
    ['a row that is there', error('duplicate key', { code: '23505' })],
    ['a query cancelled for its time', error('canceling statement', { code: '57014' })],
    ['a refusal of MongoDB', error('E11000', { name: 'MongoServerError' })],
    ['a bug', new TypeError('x is not a function')],
    ['something else', 'Connection terminated'],
  ])('does not take %s for one', (_name, reason) => {
    expect(isServerAway(reason)).toBe(false);
  });
});

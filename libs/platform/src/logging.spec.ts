import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger, NestLogger } from './logging.js';

function capture(): { lines: () => string; stream: Writable } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, lines: () => chunks.join('') };
}

describe(createLogger.name, () => {
  it('never prints texts, phones, names or secrets, wherever they hang', () => {
    const { stream, lines } = capture();
    const logger = createLogger({ level: 'trace', app: 'test', destination: stream });
    const marker = 'МАРКЕР-7916';
    logger.info({ text: marker, event: { text: marker, profile: { phone: marker } }, token: marker }, 'stored');
    logger
      .child({ chatId: 'web:1' })
      .warn({ event: { client: { phone: marker } }, url: `postgres://u:${marker}@h/db` }, 'slow');
    const failure = Object.assign(new Error('duplicate key'), { code: '23505', detail: `Key (text)=(${marker})` });
    logger.error({ err: failure }, 'failed');
    expect(lines()).not.toContain(marker);
    expect(lines()).toContain('"chatId":"web:1"');
    expect(lines()).toContain('"code":"23505"');
  });

  it('masks phones and credentials inside messages and errors, and keeps ids', () => {
    const { stream, lines } = capture();
    const logger = createLogger({ level: 'trace', app: 'test', destination: stream });
    logger.info('client +7 (916) 123-45-67 wrote from 89161234567');
    logger.error({ err: new Error('connect postgres://user:hunter2@db/x failed for 7 916 123 45 67') }, 'down');
    logger.error(new Error('call https://api.telegram.org/bot123456:AAbb-Cc failed'));
    logger
      .child({ chatId: 'telegram:79161234567' })
      .child({ token: 'hunter2' })
      .info({ eventId: '79161234567', n: 12345678901 }, 'turn');
    expect(lines()).not.toMatch(/123-45-67|hunter2|45 67|AAbb-Cc|"89161234567|from 8916/);
    expect(lines()).toContain('"chatId":"telegram:79161234567"');
    expect(lines()).toContain('"eventId":"79161234567"');
    expect(lines().trim().split('\n')).toHaveLength(4);
  });

  it('looks as deep as records go, and bounds what it writes', () => {
    const { stream, lines } = capture();
    const logger = createLogger({ level: 'info', app: 'test', destination: stream });
    const cyclic: Record<string, unknown> = { a: { b: { c: { d: [{ text: 'МАРКЕР', first_name: 'МАРКЕР' }] } } } };
    cyclic.self = cyclic;
    logger.info({ cyclic, long: 'x'.repeat(1_000_000), list: Array.from({ length: 10_000 }, () => 'item') }, 'big');
    expect(lines()).not.toContain('МАРКЕР');
    expect(lines().length).toBeLessThan(30_000);
  });

  it('carries what Nest says', () => {
    const { stream, lines } = capture();
    const nest = new NestLogger(createLogger({ level: 'debug', app: 'test', destination: stream }));
    nest.error(new Error('no provider'), 'Injector');
    nest.log('ready', 'Application');
    const [failure, ready] = lines()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(failure).toMatchObject({
      level: 'error',
      context: 'Injector',
      err: { type: 'Error', reason: 'no provider' },
    });
    expect(ready).toMatchObject({ level: 'debug', context: 'Application', msg: 'ready' });
  });
});

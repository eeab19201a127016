import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logging.js';

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
});

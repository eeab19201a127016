import { describe, expect, it } from 'vitest';
import { createLogger } from './logging.js';
import { Shutdown } from './shutdown.js';

const logger = createLogger({ level: 'silent', app: 'test' });

describe(Shutdown.name, () => {
  it('closes the last opened first, once, whatever fails', async () => {
    const shutdown = new Shutdown(logger);
    const closed: string[] = [];
    shutdown.add('database', () => {
      closed.push('database');
    });
    shutdown.add('turns', async () => {
      closed.push('turns');
      throw new Error('a turn would not end');
    });
    shutdown.add('server', () => {
      closed.push('server');
      throw new Error('already closed');
    });
    await Promise.all([shutdown.run(), shutdown.run()]);
    expect(closed).toEqual(['server', 'turns', 'database']);
  });
});

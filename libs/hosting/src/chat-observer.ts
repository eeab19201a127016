import type { ChatsObserver } from '#libs/chats';
import type { Logger, Metrics } from '#libs/platform';

/** Turns what chats report into metrics and log lines: ids only. */
export function observeChats(metrics: Metrics, logger: Logger): ChatsObserver {
  return {
    turn({ chatId, turn, outcome, events, runMs, totalMs }) {
      metrics.turnSeconds.observe({ outcome }, totalMs / 1_000);
      logger.debug({ chatId, turn, outcome, events, runMs, totalMs }, 'turn');
    },
    turnFailed({ chatId, turn, attempt, parked, error }) {
      const entry = { chatId, turn, attempt, err: error };
      if (parked) logger.error(entry, 'events were parked as dead letters: see npm run dead-letters');
      else logger.warn(entry, 'a turn failed and will be tried again');
    },
    reply({ chatId, channel, seconds }) {
      metrics.replySeconds.observe({ channel }, seconds);
      logger.debug({ chatId, channel, seconds }, 'reply');
    },
    send({ chatId, id, target, outcome, ms }) {
      metrics.sends.inc({ target, outcome });
      logger.debug({ chatId, outboxId: id, target, outcome, ms }, 'send');
    },
    failure({ where, error }) {
      logger.error({ where, err: error }, 'background work failed');
    },
  };
}

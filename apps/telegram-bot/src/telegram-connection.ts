import { type Api, GrammyError } from 'grammy';
import type { Logger } from '#libs/platform';
import { readFailure } from './sending/refusal.js';
import { ALLOWED_UPDATES } from './updates/update-poller.js';

/** Why the Telegram channel cannot work as configured, in words that say what to do. */
export class TelegramSetupError extends Error {
  readonly code = 'TELEGRAM_SETUP';
}

export interface ConnectionOptions {
  mode: 'polling' | 'webhook';
  webhookUrl?: string;
  webhookSecret?: string;
}

/**
 * Makes sure the token works and updates come the configured way. Polling never removes somebody's webhook by itself: one
 * bot has one webhook, and a developer's start must not silence production.
 * Throws TelegramSetupError for what an operator has to mend; no connection is not such a thing and only warned about.
 */
export async function connectTelegram(api: Api, options: ConnectionOptions, logger: Logger): Promise<void> {
  try {
    const me = await api.getMe();
    if (options.mode === 'webhook') await setWebhook(api, options);
    else await refuseForeignWebhook(api);
    logger.info({ bot: me.username, mode: options.mode }, 'Telegram is connected');
  } catch (error) {
    if (error instanceof TelegramSetupError) throw error;
    if (error instanceof GrammyError && (error.error_code === 401 || error.error_code === 404)) {
      throw new TelegramSetupError(
        'Telegram does not know this token: take it again from @BotFather and set TELEGRAM_BOT_TOKEN',
      );
    }
    logger.warn({ reason: readFailure(error).reason }, 'Telegram could not be asked at the start; trying goes on');
  }
}

async function setWebhook(api: Api, { webhookUrl, webhookSecret }: ConnectionOptions): Promise<void> {
  if (!webhookUrl || !webhookSecret) {
    throw new TelegramSetupError('TELEGRAM_MODE=webhook needs TELEGRAM_WEBHOOK_URL and TELEGRAM_WEBHOOK_SECRET');
  }
  try {
    await api.setWebhook(webhookUrl, { secret_token: webhookSecret, allowed_updates: [...ALLOWED_UPDATES] });
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 400) throw error;
    throw new TelegramSetupError(
      `Telegram refused the webhook (${error.description}): TELEGRAM_WEBHOOK_URL must be a public https address ending in /webhooks/telegram`,
    );
  }
}

async function refuseForeignWebhook(api: Api): Promise<void> {
  const { url } = await api.getWebhookInfo();
  if (!url) return;
  throw new TelegramSetupError(
    'this bot has a webhook, so polling would get nothing: use a token of your own for development, set TELEGRAM_MODE=webhook, or remove the webhook with the Bot API method deleteWebhook',
  );
}

import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import type { Update } from 'grammy/types';
import { isOneOfSecrets, Problem, Undocumented } from '#libs/platform';
import { UpdateRepository } from './update.repository.js';
import { UpdateIntake } from './update-intake.js';
import { privateUpdates } from './update-poller.js';

/** Token of the webhook's secrets, the current one first; none when updates are polled. */
export const WEBHOOK_SECRETS = Symbol('TelegramWebhookSecrets');

function isUpdate(body: unknown): body is Update {
  return body !== null && typeof body === 'object' && 'update_id' in body && Number.isSafeInteger(body.update_id);
}

/** Takes updates from Telegram: checks the secret, stores, answers. Everything else happens after the answer. */
@Undocumented()
@Controller('webhooks/telegram')
export class WebhookController {
  constructor(
    private readonly updates: UpdateRepository,
    private readonly intake: UpdateIntake,
    @Inject(WEBHOOK_SECRETS) private readonly secrets: readonly (string | undefined)[],
  ) {}

  @Post()
  @HttpCode(200)
  // The shape is Telegram's and grows without notice: it is stored as it is and read field by field.
  async receive(
    @Headers('x-telegram-bot-api-secret-token') token: string | undefined,
    @Body() body: unknown,
  ): Promise<Record<string, never>> {
    if (this.secrets[0] === undefined) throw new Problem(404, 'NOT_FOUND', 'This bot polls; no webhook is configured');
    if (token === undefined || !isOneOfSecrets(token, ...this.secrets)) {
      throw new Problem(401, 'UNAUTHORIZED', 'The secret token is missing or wrong');
    }
    if (!isUpdate(body)) throw new Problem(400, 'VALIDATION_FAILED', 'This is not an update');
    if ((await this.updates.store(privateUpdates([body]))) > 0) this.intake.wake();
    return {};
  }
}

import 'reflect-metadata';
import { IsIn, IsOptional, IsUrl, Matches } from 'class-validator';
import { HTTP_URL } from './text-value.js';
import { Variable } from './variable.js';

const TELEGRAM_MODES = ['polling', 'webhook'] as const;

/** Variables of the Telegram channel. */
export class TelegramEnvironment {
  @Variable({
    group: 'Telegram',
    description: 'Token of @BotFather; without it the channel is off',
    allowed: '<number>:<letters>',
    secret: true,
  })
  @IsOptional()
  @Matches(/^\d{1,20}:[A-Za-z0-9_-]{20,100}$/)
  TELEGRAM_BOT_TOKEN?: string;

  @Variable({
    group: 'Telegram',
    description: 'Server of the Bot API',
    allowed: 'an http(s) URL',
    default: 'https://api.telegram.org',
  })
  @IsUrl(HTTP_URL)
  TELEGRAM_API_ROOT = 'https://api.telegram.org';

  @Variable({
    group: 'Telegram',
    description: 'How updates arrive',
    allowed: TELEGRAM_MODES.join(', '),
    default: 'polling',
  })
  @IsIn(TELEGRAM_MODES)
  TELEGRAM_MODE: (typeof TELEGRAM_MODES)[number] = 'polling';

  @Variable({
    group: 'Telegram',
    description: 'Public address of POST /webhooks/telegram',
    allowed: 'an http(s) URL',
    default: 'PUBLIC_URL/webhooks/telegram',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  TELEGRAM_WEBHOOK_URL?: string;

  @Variable({
    group: 'Telegram',
    description: 'Secret Telegram repeats in every webhook call; needed in webhook mode',
    allowed: '1 to 256 of A-Z a-z 0-9 _ -',
    secret: true,
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,256}$/)
  TELEGRAM_WEBHOOK_SECRET?: string;
}

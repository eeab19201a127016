import 'reflect-metadata';
import { IsInt, IsOptional, IsUrl, Matches, MaxLength, Min } from 'class-validator';
import { AsInteger, AsList, HTTP_URL } from './text-value.js';
import { Variable } from './variable.js';

/** What a manager writes in amoCRM to a bot instead of a client; said to nobody. */
const RESUME_PHRASES = ['Бот, продолжай', 'Бот продолжай', '/бот'];
const STOP_PHRASES = ['Бот, стоп', 'Бот стоп', '/стоп'];
/** Where amoCRM keeps the files of chats. */
const MEDIA_DOMAINS = ['amocrm.ru', 'amocrm.com', 'kommo.com'];

/** Variables of the CRM: its account, its chat channel and what managers write to the bot there. */
export class AmoCrmEnvironment {
  @Variable({
    group: 'amoCRM',
    description: 'Address of the account; without it the CRM is off',
    allowed: 'an http(s) URL',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  AMOCRM_BASE_URL?: string;

  @Variable({ group: 'amoCRM', description: 'Long-lived token', allowed: 'text without spaces', secret: true })
  @IsOptional()
  @Matches(/^\S{1,4096}$/)
  AMOCRM_TOKEN?: string;

  @Variable({ group: 'amoCRM', description: 'OAuth: id of the integration', allowed: 'text without spaces' })
  @IsOptional()
  @Matches(/^\S{1,256}$/)
  AMOCRM_CLIENT_ID?: string;

  @Variable({
    group: 'amoCRM',
    description: 'OAuth: secret of the integration',
    allowed: 'text without spaces',
    secret: true,
  })
  @IsOptional()
  @Matches(/^\S{1,512}$/)
  AMOCRM_CLIENT_SECRET?: string;

  @Variable({ group: 'amoCRM', description: 'OAuth: redirect address', allowed: 'an http(s) URL' })
  @IsOptional()
  @IsUrl(HTTP_URL)
  AMOCRM_REDIRECT_URI?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Server of the Chats API',
    allowed: 'an http(s) URL',
    default: 'https://amojo.amocrm.ru',
  })
  @IsUrl(HTTP_URL)
  AMOCRM_CHATS_BASE_URL = 'https://amojo.amocrm.ru';

  @Variable({ group: 'amoCRM', description: 'Id of the chat channel', allowed: 'text without spaces' })
  @IsOptional()
  @Matches(/^[\w.-]{1,128}$/)
  AMOCRM_CHANNEL_ID?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Secret of the chat channel',
    allowed: 'text without spaces',
    secret: true,
  })
  @IsOptional()
  @Matches(/^\S{1,512}$/)
  AMOCRM_CHANNEL_SECRET?: string;

  @Variable({ group: 'amoCRM', description: 'Id of the channel’s bot', allowed: 'text without spaces' })
  @IsOptional()
  @Matches(/^[\w.-]{1,128}$/)
  AMOCRM_CHANNEL_BOT_ID?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Scope id of the connected account; asked from the CRM when absent',
    allowed: 'text without spaces',
  })
  @IsOptional()
  @Matches(/^[\w.-]{1,256}$/)
  AMOCRM_SCOPE_ID?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Token in the address of CRM hooks',
    allowed: '16 to 256 of A-Z a-z 0-9 _ -',
    secret: true,
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{16,256}$/)
  AMOCRM_HOOK_TOKEN?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Pipeline of new leads',
    allowed: 'a positive number',
    default: 'the main one',
  })
  @IsOptional()
  @AsInteger()
  @IsInt()
  @Min(1)
  AMOCRM_PIPELINE_ID?: number;

  @Variable({
    group: 'amoCRM',
    description: 'What a manager writes to give the chat back to the bot; clients do not see it',
    allowed: 'phrases separated by semicolons',
    default: RESUME_PHRASES.join('; '),
  })
  @AsList(';')
  @MaxLength(100, { each: true })
  AMOCRM_RESUME_PHRASES: string[] = [...RESUME_PHRASES];

  @Variable({
    group: 'amoCRM',
    description: 'What a manager writes to silence the bot without saying anything; clients do not see it',
    allowed: 'phrases separated by semicolons',
    default: STOP_PHRASES.join('; '),
  })
  @AsList(';')
  @MaxLength(100, { each: true })
  AMOCRM_STOP_PHRASES: string[] = [...STOP_PHRASES];

  @Variable({
    group: 'amoCRM',
    description: 'Domains managers’ files are fetched from, beside the two addresses above',
    allowed: 'domains separated by commas',
    default: MEDIA_DOMAINS.join(','),
  })
  @AsList()
  @Matches(/^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/, { each: true })
  AMOCRM_MEDIA_DOMAINS: string[] = [...MEDIA_DOMAINS];

  @Variable({
    group: 'amoCRM',
    description: 'Hour of Moscow when managers get the summary of the day',
    allowed: '0 to 23, or off',
    default: '19',
  })
  @Matches(/^(?:off|\d|1\d|2[0-3])$/)
  AMOCRM_SUMMARY_HOUR = '19';
}

import { type Crm, type CrmOptions, type CrmSettings, createCrm } from '#libs/crm';
import { type Config, ConfigError, type OpenedPlatform, WorkHours } from '#libs/platform';

/** How managers see the channel and the source of its leads. */
export const CHANNEL_TITLE = 'WeWall AI';
export const SOURCE_EXTERNAL_ID = 'wewall_bot';

/** The settings of the account; null when amoCRM is off. */
export function crmSettings({ amocrm }: Config): CrmSettings | null {
  if (!amocrm.enabled) return null;
  return {
    baseUrl: amocrm.baseUrl ?? '',
    chatsBaseUrl: amocrm.chatsBaseUrl,
    channelId: amocrm.channelId ?? '',
    channelSecret: amocrm.channelSecret ?? '',
    channelBotId: amocrm.channelBotId ?? '',
    auth: amocrm.token
      ? { token: amocrm.token }
      : {
          clientId: amocrm.clientId ?? '',
          clientSecret: amocrm.clientSecret ?? '',
          redirectUri: amocrm.redirectUri ?? '',
        },
  };
}

/** The same where there is nothing to do without it. Throws ConfigError naming what is missing. */
export function requiredCrmSettings(config: Config): CrmSettings {
  const settings = crmSettings(config);
  if (settings) return settings;
  throw new ConfigError(config.amocrm.missing.map((variable) => ({ variable, allowed: 'a value' })));
}

/** The CRM over what the process has opened. */
export function openCrm(
  { pool, links, config, logger }: OpenedPlatform,
  settings: CrmSettings,
  overrides: Partial<CrmOptions> = {},
): Crm {
  return createCrm(pool, settings, {
    hours: new WorkHours(config.managers.hours),
    sign: (fileId) => links.sign(fileId, config.files.linkSeconds),
    onAlarm: (problem) => logger.error({ problem }, 'amoCRM needs an operator: see npm run amocrm:doctor'),
    ...overrides,
  });
}

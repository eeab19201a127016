import { type Crm, type CrmSettings, createCrm } from '#libs/crm';
import type { Config, OpenedPlatform } from '#libs/platform';

/** How managers see the channel and the source of its leads. */
export const CHANNEL_TITLE = 'WeWall AI';
export const SOURCE_EXTERNAL_ID = 'wewall_bot';

/** Variables without which the CRM cannot be used; named to the operator. */
const NEEDED = {
  AMOCRM_BASE_URL: 'baseUrl',
  AMOCRM_CHANNEL_ID: 'channelId',
  AMOCRM_CHANNEL_SECRET: 'channelSecret',
  AMOCRM_CHANNEL_BOT_ID: 'channelBotId',
} as const;

/** Names of the variables that are missing; empty when the CRM is configured in full. */
export function missingVariables({ amocrm }: Config): string[] {
  const missing: string[] = Object.entries(NEEDED).flatMap(([variable, key]) => (amocrm[key] ? [] : [variable]));
  const hasOAuth = amocrm.clientId && amocrm.clientSecret && amocrm.redirectUri;
  if (!amocrm.token && !hasOAuth) {
    missing.push('AMOCRM_TOKEN (or AMOCRM_CLIENT_ID, AMOCRM_CLIENT_SECRET and AMOCRM_REDIRECT_URI)');
  }
  return missing;
}

/** The settings of the account; null when amoCRM is not configured in full. */
export function crmSettings(config: Config): CrmSettings | null {
  if (missingVariables(config).length > 0) return null;
  const { amocrm } = config;
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

/** The CRM over what the process has opened. */
export function openCrm({ pool, links, config, logger }: OpenedPlatform, settings: CrmSettings): Crm {
  return createCrm(pool, settings, {
    sign: (fileId) => links.sign(fileId, config.files.linkSeconds),
    onAlarm: (problem) => logger.error({ problem }, 'amoCRM needs an operator: see npm run amocrm:doctor'),
  });
}

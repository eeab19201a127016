import { createChats } from '#libs/chats';
import { CrmRefusedError, setUpAccount } from '#libs/crm';
import { ConfigError, loadConfig, openPlatform } from '#libs/platform';
import { CHANNEL_TITLE, openCrm, requiredCrmSettings, SOURCE_EXTERNAL_ID } from '../crm-access.js';

/**
 * `npm run amocrm:setup [-- --code CODE]`: connects the channel, makes the source, stages, fields and hooks, prints what it
 * did. Repeat it after every reinstall of the integration. `--code` is the authorization code of OAuth, once.
 */
async function setUp(args: string[]): Promise<void> {
  const config = loadConfig();
  const settings = requiredCrmSettings(config);
  const platform = await openPlatform(config, 'amocrm-setup');
  const print = (line: string) => process.stdout.write(`✓ ${line}\n`);
  try {
    const crm = openCrm(platform, settings);
    const code = args[args.indexOf('--code') + 1];
    if (crm.oauth && args.includes('--code') && code) {
      await crm.oauth.exchangeCode(code);
      print('authorised, tokens are kept in the database');
    }
    const { hookToken, pipelineId } = config.amocrm;
    const account = await setUpAccount(
      { rest: crm.rest, chats: crm.chatsApi, store: crm.accounts },
      {
        title: CHANNEL_TITLE,
        sourceExternalId: SOURCE_EXTERNAL_ID,
        pipelineId,
        crmHookUrl: hookToken ? `${config.http.publicUrl}/webhooks/amocrm/${hookToken}` : undefined,
      },
      print,
    );
    const released = await releaseHeld(platform.pool);
    if (released > 0) print(`${released} effects that waited for amoCRM were let go`);
    print(`chat hooks are expected at ${config.http.publicUrl}/location/${account.scopeId}`);
    if (!hookToken) process.stdout.write('! AMOCRM_HOOK_TOKEN is not set: closing a talk will not return the chat\n');
    process.stdout.write('Check everything with: npm run amocrm:doctor\n');
  } finally {
    await platform.shutdown.run();
  }
}

async function releaseHeld(pool: Parameters<typeof createChats>[0]): Promise<number> {
  return createChats(pool).store.releaseHeld('crm');
}

setUp(process.argv.slice(2)).catch((error: unknown) => {
  const isExpected = error instanceof ConfigError || error instanceof CrmRefusedError;
  process.stderr.write(`${isExpected ? (error as Error).message : describe(error)}\n`);
  process.exitCode = 1;
});

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

import { CrmInbox } from '#libs/crm';
import { loadConfig, openPlatform } from '#libs/platform';
import { openCrm, requiredCrmSettings } from '../crm-access.js';
import { checkCrm } from '../health-check.js';

/** `npm run amocrm:doctor`: what is well and what is not, and what to do; exits 1 when something is not. */
async function examine(): Promise<void> {
  const config = loadConfig();
  const settings = requiredCrmSettings(config);
  const platform = await openPlatform(config, 'amocrm-doctor');
  try {
    const { hookToken } = config.amocrm;
    const findings = await checkCrm({
      crm: openCrm(platform, settings),
      inbox: new CrmInbox(platform.pool),
      crmHookUrl: hookToken ? `${config.http.publicUrl}/webhooks/amocrm/${hookToken}` : undefined,
      deadLetters: async () => {
        const { rows } = await platform.pool.query<{ n: number }>(
          `select count(*)::int as n from dead_letters where target = 'crm' and replayed_at is null`,
        );
        return rows[0]?.n ?? 0;
      },
    });
    for (const { check, ok, detail, advice } of findings) {
      process.stdout.write(`${ok ? '✓' : '✗'} ${check}: ${detail}\n${advice ? `    → ${advice}\n` : ''}`);
    }
    if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
  } finally {
    await platform.shutdown.run();
  }
}

examine().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

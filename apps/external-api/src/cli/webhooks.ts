// `npm run webhooks`: where partners are told what happened, and what could not be told. Shows ids and addresses, no content.
import { parseArgs } from 'node:util';
import { GuardedFetch, loadConfig, openPlatform, Problem } from '#libs/platform';
import { DeliveryRepository } from '../webhooks/delivery.repository.js';
import { WEBHOOK_EVENTS, type WebhookDelivery, type WebhookEvent } from '../webhooks/webhook.js';
import { WebhookRepository } from '../webhooks/webhook.repository.js';
import { Webhooks } from '../webhooks/webhooks.js';

const USAGE = `npm run webhooks -- list [--key KEY_ID]
npm run webhooks -- create --key KEY_ID --url URL [--events ${WEBHOOK_EVENTS.join(',')}]
npm run webhooks -- deliveries --key KEY_ID --id WEBHOOK_ID [--state dead|pending|sent] [--limit N]
npm run webhooks -- replay --key KEY_ID --id WEBHOOK_ID [--delivery DELIVERY_ID]    dead deliveries, all or one
npm run webhooks -- enable --key KEY_ID --id WEBHOOK_ID     after it was switched off
npm run webhooks -- rotate --key KEY_ID --id WEBHOOK_ID     a new secret; the former signs beside it for 24 hours
npm run webhooks -- delete --key KEY_ID --id WEBHOOK_ID

Set DATABASE_URL, or stop the process that holds the data directory first.`;

class UsageError extends Error {}

function eventsOf(list: string): WebhookEvent[] {
  return list.split(',').map((name) => {
    const event = WEBHOOK_EVENTS.find((known) => known === name.trim());
    if (!event) throw new UsageError(`unknown event; there are ${WEBHOOK_EVENTS.join(', ')}`);
    return event;
  });
}

function stateOf(text: string | undefined): WebhookDelivery['state'] | undefined {
  if (text === undefined || text === 'dead' || text === 'pending' || text === 'sent') return text;
  throw new UsageError('a state is dead, pending or sent');
}

type Command = (webhooks: Webhooks) => Promise<string>;

/** The work a command line asks for; resolves with what is printed. Throws UsageError. */
function commandOf(args: string[]): Command {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      key: text,
      id: text,
      url: text,
      state: text,
      delivery: text,
      events: { type: 'string', default: WEBHOOK_EVENTS.join(',') },
      limit: { type: 'string', default: '100' },
    },
  });
  const [command, ...rest] = positionals;
  const { key, id, url, delivery } = values;
  const limit = Number(values.limit);
  if (rest.length > 0) throw new UsageError('one command at a time');
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) throw new UsageError('--limit is 1 to 10000');
  if (command === 'list') {
    return async (webhooks) => {
      const { items } = await webhooks.list(key, undefined, limit);
      const lines = items.map((one) =>
        [
          one.id,
          one.keyId,
          one.state,
          one.url,
          one.events.join(','),
          one.failingSince ? `failing since ${one.failingSince}` : `last taken ${one.lastSuccessAt ?? 'never'}`,
        ].join('\t'),
      );
      return lines.join('\n') || 'there are none';
    };
  }
  if (!key) throw new UsageError('whose webhook? --key KEY_ID');
  if (command === 'create') {
    if (!url) throw new UsageError('a webhook has an address: --url URL');
    const events = eventsOf(values.events);
    return async (webhooks) => {
      const { endpoint, secret } = await webhooks.register(key, { url, events });
      return `id:     ${endpoint.id}\nsecret: ${secret}`;
    };
  }
  if (!id) throw new UsageError('which webhook? --id WEBHOOK_ID');
  switch (command) {
    case 'deliveries': {
      const state = stateOf(values.state);
      return async (webhooks) => {
        const { items } = await webhooks.listDeliveries(key, id, { state, limit });
        const lines = items.map((one) =>
          [one.id, one.createdAt, one.type, one.state, `${one.attempts} attempts`, one.error ?? ''].join('\t'),
        );
        return lines.join('\n') || 'there are none';
      };
    }
    case 'replay':
      return async (webhooks) => `${await webhooks.replay(key, id, delivery)} put back`;
    case 'enable':
      return async (webhooks) => (await webhooks.enable(key, id)).state;
    case 'rotate':
      return async (webhooks) => `secret: ${await webhooks.rotateSecret(key, id)}`;
    case 'delete':
      return async (webhooks) => {
        await webhooks.remove(key, id);
        return 'deleted';
      };
    default:
      throw new UsageError('unknown command');
  }
}

async function main(): Promise<void> {
  const command = commandOf(process.argv.slice(2));
  const config = loadConfig();
  const platform = await openPlatform({ ...config, logLevel: 'warn' }, 'webhooks');
  try {
    const guarded = new GuardedFetch({ allowedNetworks: config.outboundAllowedNetworks, ports: config.outboundPorts });
    const { pool } = platform;
    console.log(await command(new Webhooks(new WebhookRepository(pool), new DeliveryRepository(pool), guarded)));
  } finally {
    await platform.shutdown.run();
  }
}

try {
  await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  const reason = error instanceof Problem ? error.title : error instanceof Error ? error.message : String(error);
  console.error(isUsage ? `${reason}\n\n${USAGE}` : reason);
  process.exitCode = isUsage ? 2 : 1;
}

// A partner's program over the generated client: every operation of the API once. Type-checked and run by partner-client.e2e.spec.ts.
import createClient from 'openapi-fetch';
import type { paths } from './generated.js';

/** What the program needs of its surroundings. */
export interface Surroundings {
  baseUrl: string;
  key: string;
  fetch: typeof fetch;
  picture: Blob;
  webhookUrl: string;
}

function present<Data>(answer: { data?: Data; error?: unknown; response: Response }): Data {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status} ${answer.response.url}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

export async function run({ baseUrl, key, fetch, picture, webhookUrl }: Surroundings): Promise<string[]> {
  const api = createClient<paths>({ baseUrl, fetch, headers: { Authorization: `Bearer ${key}` } });
  const seen: string[] = [];

  const form = new FormData();
  form.append('file', picture, 'plan.png');
  const { uploadId } = present(await api.POST('/api/v1/uploads', { body: { file: '' }, bodySerializer: () => form }));

  const chat = { path: { chatId: 'generated-1' } };
  const posted = present(
    await api.POST('/api/v1/chats/{chatId}/messages', {
      params: { ...chat, query: { wait: 20_000 } },
      body: { id: 'g-1', text: 'Здравствуйте', attachments: [{ uploadId }] },
    }),
  );
  if ('replies' in posted)
    seen.push(`replies: ${posted.replies.some(({ author, text }) => author === 'bot' && text !== '')}`);
  const messages = present(
    await api.GET('/api/v1/chats/{chatId}/messages', { params: { ...chat, query: { limit: 2 } } }),
  );
  seen.push(`transcript: ${messages.map(({ seq }) => seq).join(',')}`);
  const edited = present(
    await api.PATCH('/api/v1/chats/{chatId}/messages/{messageId}', {
      params: { path: { ...chat.path, messageId: 'g-1' } },
      body: { text: 'Добрый день' },
    }),
  );
  const typing = await api.POST('/api/v1/chats/{chatId}/typing', { params: chat });
  const read = await api.POST('/api/v1/chats/{chatId}/read', { params: chat, body: { seq: 2 } });
  seen.push(`edited: ${edited.changed}, typing: ${typing.response.status}, read: ${read.response.status}`);
  const state = present(await api.GET('/api/v1/chats/{chatId}', { params: chat }));
  const taken = present(await api.POST('/api/v1/chats/{chatId}/owner', { params: chat, body: { owner: 'manager' } }));
  seen.push(`owner: ${state.owner}, then ${taken.owner}`);
  const events = await api.GET('/api/v1/chats/{chatId}/events', { params: chat, parseAs: 'stream' });
  const reader = events.data?.getReader();
  seen.push(`events: ${new TextDecoder().decode((await reader?.read())?.value).startsWith('retry:')}`);
  await reader?.cancel();

  const idempotent = { header: { 'Idempotency-Key': 'generated-valuation' } };
  const valuation = present(
    await api.POST('/api/v1/valuations', {
      params: { ...idempotent, query: { wait: 30_000 } },
      body: { kind: 'office', deal: 'rent', class: 'A', station: 'Павелецкая', walkMeters: 300, area: 150 },
    }),
  );
  if ('byCoefficients' in valuation) {
    const { byAnalogs, byCoefficients } = valuation;
    seen.push(`valuation: ${byCoefficients.total > 0}, ${'refused' in byAnalogs || byAnalogs.analogs.length > 0}`);
  }
  const analogs = present(
    await api.POST('/api/v1/analogs', {
      params: { query: { wait: 30_000 } },
      body: { deal: 'rent', kind: 'office', k: 3, subject: { station: 'Павелецкая', area: 150 } },
    }),
  );
  if ('items' in analogs) seen.push(`analogs: ${analogs.items.map(({ lot }) => lot.estate.kind).join(',')}`);
  const finance = {
    model: 'office-ready',
    area: 150,
    pricePerM2: 400_000,
    fitOut: 'shell',
    class: 'A',
    station: 'Павелецкая',
    walkMeters: 300,
    vatPercent: 5,
  } as const;
  const model = present(
    await api.POST('/api/v1/finance-models', { params: { query: { wait: 30_000 } }, body: finance }),
  );
  if (typeof model === 'object' && 'roubles' in model) {
    seen.push(`model: ${model.roubles.buyingProperty < 0}, ${model.rentIrr.status}`);
  }
  const pdf = await api.POST('/api/v1/finance-models', {
    params: { query: { wait: 30_000 } },
    body: finance,
    headers: { Accept: 'application/pdf' },
    parseAs: 'arrayBuffer',
  });
  seen.push(`pdf: ${pdf.data !== undefined && pdf.data.byteLength > 1_000}`);
  const waiting = present(
    await api.POST('/api/v1/analogs', {
      params: { query: { wait: 0 } },
      body: { deal: 'sale', kind: 'office', k: 1, subject: { station: 'Курская', area: 99 } },
    }),
  );
  if ('jobId' in waiting) {
    const job = present(await api.GET('/api/v1/jobs/{jobId}', { params: { path: waiting } }));
    seen.push(`job: ${['waiting', 'active', 'completed'].includes(job.state)}`);
  }

  // A picture of one pixel may be refused: what counts is that the answer is a documented one.
  await api.POST('/api/v1/images/analyses', { params: { query: { wait: 30_000 } }, body: { uploadId } });
  await api.POST('/api/v1/images/cutouts', { params: { query: { wait: 30_000 } }, body: { uploadId } });

  const hook = present(await api.POST('/api/v1/webhooks', { body: { url: webhookUrl, events: ['message'] } }));
  const one = { path: { webhookId: hook.id } };
  const listed = present(await api.GET('/api/v1/webhooks', { params: { query: { limit: 5 } } }));
  seen.push(`webhooks: ${listed.items.length}, next ${listed.nextCursor}`);
  present(await api.GET('/api/v1/webhooks/{webhookId}', { params: one }));
  const rotated = present(await api.POST('/api/v1/webhooks/{webhookId}/secret', { params: one }));
  seen.push(`secrets: ${rotated.secret !== hook.secret}`);
  present(await api.POST('/api/v1/webhooks/{webhookId}/enable', { params: one }));
  present(await api.GET('/api/v1/webhooks/{webhookId}/deliveries', { params: { ...one, query: { state: 'dead' } } }));
  present(await api.POST('/api/v1/webhooks/{webhookId}/replay', { params: one }));
  const noDelivery = await api.POST('/api/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay', {
    params: { path: { ...one.path, deliveryId: `wd-${'0'.repeat(32)}` } },
  });
  seen.push(`refused: ${noDelivery.error?.code}`);
  const removed = await api.DELETE('/api/v1/webhooks/{webhookId}', { params: one });
  seen.push(`removed: ${removed.response.status}`);
  return seen;
}

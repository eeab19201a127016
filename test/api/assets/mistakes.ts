// Mistakes the generated types must find; each line with a number is one. Never run.
import createClient from 'openapi-fetch';
import type { paths } from './generated.js';

const api = createClient<paths>({ baseUrl: '' });
const chat = { params: { path: { chatId: 'a' } } };
void api.POST('/api/v1/chats/{chatId}/owner', { ...chat, body: { owner: 'cat' } }); // 1
void api.POST('/api/v1/chats/{chatId}/messages', { ...chat, body: { text: 'no id' } }); // 2
void api.GET('/api/v1/nothing'); // 3
void api.GET('/api/v1/chats/{chatId}', chat).then(({ data }) => data?.nothing); // 4
void api.POST('/api/v1/analogs', { body: { deal: 'rent', kind: 'office', subject: { area: 'big' } } }); // 5
void api.GET('/api/v1/webhooks').then(({ data }) => data?.items[0]?.secret); // 6

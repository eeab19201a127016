const POLL_MS = 1_000;
const DELIVERIES = { '-1': 'не доставлено', 1: 'доставлено', 2: 'прочитано' };
const AUTHORS = { client: 'Клиент', bot: 'Бот', manager: 'Менеджер' };
const byId = (id) => document.getElementById(id);

let chats = [];
let selected = null;
let drawn = '';
/** The message of the manager's that the form changes; null when it says a new one. */
let editing = null;
let toldTyping = 0;
let readUpTo = '';

function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function drawList() {
  byId('empty').hidden = chats.length > 0;
  byId('chats').replaceChildren(
    ...chats.map((chat) => {
      const last = chat.messages.at(-1);
      const button = element('button', { type: 'button' }, [
        element('span', { textContent: `${chat.owner === 'manager' ? '● ' : ''}${chat.client}` }),
        element('small', { textContent: last ? (last.text ?? last.fileName ?? 'файл') : '' }),
      ]);
      button.setAttribute('aria-current', String(chat.id === selected));
      button.addEventListener('click', () => {
        selected = chat.id;
        draw();
      });
      return button;
    }),
  );
}

function drawMessage(message) {
  const time = new Date(message.at).toLocaleTimeString('ru-RU', { hour: '2-digit', minute: '2-digit' });
  const status = message.delivery ? ` · ${DELIVERIES[message.delivery.status]}` : '';
  const edited = message.edited ? ' · изменено' : '';
  const parts = [element('small', { textContent: `${AUTHORS[message.author]}, ${time}${status}${edited}` })];
  if (message.text) parts.push(element('span', { textContent: message.text }));
  if (message.media) {
    const link = { href: message.media, target: '_blank', rel: 'noopener', textContent: message.fileName ?? 'файл' };
    parts.push(element('a', link));
  }
  if (message.reactions.length > 0) parts.push(element('span', { textContent: message.reactions.join(' ') }));
  if (message.author === 'manager' && message.text) {
    const change = element('button', { type: 'button', className: 'change', textContent: 'Изменить' });
    change.addEventListener('click', () => {
      editing = message.id;
      byId('text').value = message.text;
      byId('text').focus();
    });
    parts.push(change);
  }
  return element('div', { className: `message ${message.author}` }, parts);
}

function drawTalk(chat) {
  byId('head').hidden = byId('form').hidden = !chat;
  if (!chat) return;
  byId('client').textContent = chat.phone ? `${chat.client}, ${chat.phone}` : chat.client;
  byId('owner').textContent = chat.owner === 'manager' ? 'Чат у менеджера, бот молчит' : 'Отвечает бот';
  byId('close').disabled = !chat.isTalkOpen;
  const list = byId('messages');
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.replaceChildren(...chat.messages.map(drawMessage));
  if (isAtEnd) list.scrollTop = list.scrollHeight;
  tellRead(chat);
}

/** What stands before the manager's eyes has been read; told once for every new message. */
function tellRead(chat) {
  const last = `${chat.id} ${chat.messages.at(-1)?.id}`;
  if (document.visibilityState !== 'visible' || !chat.isTalkOpen || last === readUpTo) return;
  readUpTo = last;
  fetch(`/demo/manager/chats/${chat.id}/read`, { method: 'POST' }).catch(() => {});
}

function drawLead(chat) {
  const lead = chat?.lead;
  if (!lead) return byId('lead').replaceChildren();
  const fields = [{ name: 'Этап', value: lead.stage ?? '' }, ...lead.fields];
  byId('lead').replaceChildren(
    element('h2', { textContent: lead.name }),
    element(
      'dl',
      {},
      fields.flatMap(({ name, value }) => [
        element('dt', { textContent: name }),
        element('dd', { textContent: value }),
      ]),
    ),
    ...(chat.tasks.length > 0 ? [element('h3', { textContent: 'Задачи' })] : []),
    ...chat.tasks.map((text) => element('p', { className: 'note', textContent: text })),
    ...(lead.notes.length > 0 ? [element('h3', { textContent: 'Примечания' })] : []),
    ...lead.notes.map((text) => element('p', { className: 'note', textContent: text })),
  );
}

function draw() {
  if (!chats.some(({ id }) => id === selected)) selected = chats[0]?.id ?? null;
  const state = JSON.stringify([selected, chats]);
  if (state === drawn) return;
  drawn = state;
  const chat = chats.find(({ id }) => id === selected);
  drawList();
  drawTalk(chat);
  drawLead(chat);
}

function complain(text) {
  byId('problem').hidden = !text;
  byId('problem').textContent = text ?? '';
}

async function refresh() {
  try {
    const response = await fetch('/demo/manager/chats');
    if (!response.ok) throw new Error(String(response.status));
    chats = await response.json();
    complain(null);
    draw();
  } catch {
    complain('Нет связи с сервером, пробуем ещё');
  }
}

async function send(path, body, method = 'POST') {
  const response = await fetch(`/demo/manager/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) complain('Не получилось: попробуйте ещё раз');
  await refresh();
  return response.ok;
}

byId('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = byId('text').value.trim();
  if (text === '') return;
  const isSent = editing
    ? await send(`messages/${editing}`, { text }, 'PATCH')
    : await send(`chats/${selected}/messages`, { text });
  if (!isSent) return;
  editing = null;
  toldTyping = 0;
  byId('text').value = '';
});
byId('text').addEventListener('input', () => {
  if (byId('text').value === '') editing = null;
  if (Date.now() - toldTyping < 4_000) return;
  toldTyping = Date.now();
  fetch(`/demo/manager/chats/${selected}/typing`, { method: 'POST' }).catch(() => {});
});
byId('text').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey) return;
  event.preventDefault();
  byId('form').requestSubmit();
});
byId('close').addEventListener('click', () => send(`chats/${selected}/close`, {}));

async function poll() {
  await refresh();
  setTimeout(poll, POLL_MS);
}
poll();

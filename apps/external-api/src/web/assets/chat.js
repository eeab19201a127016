import { openEvents, openSession, readMessages, sendMessage, sendRead, sendTyping, upload } from './api.js';
import { Composer } from './composer.js';
import { Live } from './live.js';
import { buttonsView, markRead, markRefused, messageView, pendingView } from './message-view.js';
import { Outgoing } from './outgoing.js';
import { Transcript } from './transcript.js';

const $ = (id) => document.getElementById(id);
const [chat, scroll, log, welcome, draft, typing, latest] = [
  'chat',
  'scroll',
  'log',
  'welcome',
  'draft',
  'typing',
  'latest',
].map($);
const STARTERS = ['Хочу снять офис', 'Хочу купить помещение', 'Оценить помещение', 'Что вы умеете?'];
const RECONNECTING = 'Нет связи с сервером, восстанавливаю…';

/** Messages said here and not numbered by the server yet: id → list item. */
const pending = new Map();
/** Captions of the buttons shown so far: a press comes back as a payload. */
const labels = new Map();
let typingTimer = 0;
/** Newest message the server has been told of as read; when it was last told of typing. */
let readTo = 0;
let toldTyping = 0;

function atBottom() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
}

function toBottom() {
  scroll.scrollTop = scroll.scrollHeight;
  latest.hidden = true;
}

/** Adds to the log; follows it down unless the visitor is reading above. */
function show(item, { before = null, follow = atBottom() } = {}) {
  log.insertBefore(item, before);
  welcome.hidden = true;
  if (follow) toBottom();
  else latest.hidden = false;
}

function showTyping(on) {
  clearTimeout(typingTimer);
  const follow = atBottom();
  typing.hidden = !on;
  const who = chat.classList.contains('chat--manager') ? 'Менеджер' : 'WeWall AI';
  $('typing-label').textContent = on ? `${who} печатает` : '';
  if (on && follow) toBottom();
  // If the word that typing is over gets lost, the dots must not stay for ever.
  if (on) typingTimer = setTimeout(() => showTyping(false), 60_000);
}

/** What the bot is writing, before it is said; an empty text takes it away. Screen readers hear the message alone. */
function showDraft(text) {
  const follow = atBottom();
  draft.textContent = text;
  draft.hidden = text === '';
  if (text !== '' && follow) toBottom();
}

function showOwner(owner) {
  const manager = owner === 'manager';
  chat.classList.toggle('chat--manager', manager);
  $('owner').textContent = manager
    ? 'К разговору подключён менеджер, он ответит вам здесь'
    : 'Помощник по коммерческой недвижимости';
  if (manager) showTyping(false);
  if (manager) showDraft('');
  if (manager) tellRead();
}

function showConnection(text) {
  $('connection').textContent = text;
  $('connection').hidden = text === '';
}

function firstPending() {
  return log.querySelector('.message--pending');
}

/** The client's own message has come back numbered: the copy shown before it must go. */
function dropPendingCopy({ text, button }) {
  for (const [id, { message }] of pending) {
    const same = button ? message.button?.payload === button : (message.text ?? '') === text;
    if (same) return removePending(id);
  }
}

function withLabel(message) {
  return message.button && !message.text
    ? { ...message, text: labels.get(message.button) ?? 'Нажата кнопка' }
    : message;
}

function removePending(id) {
  pending.get(id)?.item.remove();
  pending.delete(id);
}

const transcript = new Transcript({
  read: readMessages,
  onMessage(message) {
    const follow = atBottom() || message.author === 'client';
    if (message.author === 'client') dropPendingCopy(message);
    else showTyping(false);
    if (message.author !== 'client') showDraft('');
    for (const { payload, text } of message.buttons ?? []) labels.set(payload, text);
    for (const item of log.querySelectorAll('.message:not(.message--past)')) item.classList.add('message--past');
    show(messageView(withLabel(message), press), { before: firstPending(), follow });
    if (message.author === 'manager') tellRead();
  },
});

/** A manager's words count as read when the page is before the visitor's eyes. */
function tellRead() {
  if (document.visibilityState !== 'visible' || !chat.classList.contains('chat--manager')) return;
  if (transcript.last <= readTo) return;
  readTo = transcript.last;
  sendRead(readTo);
}

/** The text of a message shown before has changed. */
function showEdit(message) {
  const old = log.querySelector(`.message[data-seq="${message.seq}"]`);
  if (!old) return;
  const item = messageView(withLabel(message), press);
  item.classList.toggle('message--past', old.classList.contains('message--past'));
  old.replaceWith(item);
}

const outgoing = new Outgoing({
  storage: localStorage,
  key: 'wewall.outgoing',
  send: ({ id, text, button, attachments }) =>
    sendMessage({
      id,
      ...(text && { text }),
      ...(button && { button: button.payload }),
      ...(attachments?.length && { attachments: attachments.map(({ uploadId }) => ({ uploadId })) }),
    }),
  async onSent({ id }, { seq }) {
    toldTyping = 0;
    // The numbered copy comes by the live stream; reading makes sure of it when the stream is down.
    if (transcript.last < seq) await transcript.catchUp().catch(() => {});
    if (transcript.last >= seq) removePending(id);
  },
  onRefused({ id }, refusal) {
    const entry = pending.get(id);
    if (entry) markRefused(entry.item, refusal.message);
    pending.delete(id);
  },
  onDelay: (delayed) => showConnection(delayed ? RECONNECTING : ''),
});

function showPending(message) {
  const item = pendingView(message);
  pending.set(message.id, { item, message });
  show(item, { follow: true });
}

function say(message) {
  const outgoingMessage = { id: crypto.randomUUID?.() ?? randomId(), ...message };
  showPending(outgoingMessage);
  outgoing.add(outgoingMessage);
}

/** `crypto.randomUUID` is absent on plain-HTTP origins other than localhost. */
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function press(button) {
  say(button.payload ? { button } : { text: button.text });
  $('text').focus({ preventScroll: true });
}

const live = new Live({
  open: () => openEvents(transcript.last),
  onMessage: (message) => transcript.accept(message),
  onEdit: showEdit,
  onRead: ({ seq }) => markRead(log, seq),
  onDraft: ({ text }) => showDraft(text),
  onTyping: ({ typing: on }) => showTyping(on),
  onOwner: ({ owner }) => showOwner(owner),
  onUp() {
    showConnection('');
    transcript.catchUp().catch(() => {});
    outgoing.flush();
  },
  onDown() {
    showConnection(RECONNECTING);
    // Whether it still is being written, nobody says now; a connection that comes back is told anew.
    showDraft('');
    // A session that ran out or was never opened is the one fault a new connection alone does not mend.
    openSession().then(
      ({ owner }) => showOwner(owner),
      () => {},
    );
  },
});

async function start() {
  for (let delay = 500; ; delay = Math.min(delay * 2, 10_000)) {
    try {
      const { owner } = await openSession();
      await transcript.catchUp();
      showOwner(owner);
      break;
    } catch {
      showConnection(RECONNECTING);
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
  showConnection('');
  for (const message of outgoing.messages) showPending(message);
  welcome.hidden = log.childElementCount > 0;
  toBottom();
  live.connect();
  outgoing.flush();
  chat.dataset.ready = 'true';
}

new Composer({ form: $('composer'), chat, drop: $('drop'), upload, submit: say });
$('starters').replaceWith(
  buttonsView(
    STARTERS.map((text) => ({ text })),
    press,
  ),
);
$('menu').addEventListener('click', () => say({ text: 'Меню' }));
$('manager').addEventListener('click', () => say({ text: 'Позовите менеджера' }));
latest.addEventListener('click', toBottom);
let following = true;
scroll.addEventListener('scroll', () => {
  following = atBottom();
  if (following) latest.hidden = true;
});
// A keyboard that opens or a phone that turns must not hide the newest message.
new ResizeObserver(() => following && toBottom()).observe(scroll);
// Only a manager sees it, so only he is told.
$('text').addEventListener('input', () => {
  if (!chat.classList.contains('chat--manager') || Date.now() - toldTyping < 4_000) return;
  toldTyping = Date.now();
  sendTyping();
});
addEventListener('online', () => live.connect());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  transcript.catchUp().catch(() => {});
  tellRead();
});
start();

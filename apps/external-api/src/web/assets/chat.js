import { openEvents, openSession, readMessages, sendMessage, upload } from './api.js';
import { Composer } from './composer.js';
import { Live } from './live.js';
import { buttonsView, markRefused, messageView, pendingView } from './message-view.js';
import { Outgoing } from './outgoing.js';
import { Transcript } from './transcript.js';

const $ = (id) => document.getElementById(id);
const [chat, scroll, log, welcome, typing, latest] = ['chat', 'scroll', 'log', 'welcome', 'typing', 'latest'].map($);
const STARTERS = ['Хочу снять офис', 'Хочу купить помещение', 'Оценить помещение', 'Что вы умеете?'];
const RECONNECTING = 'Нет связи с сервером, восстанавливаю…';

/** Messages said here and not numbered by the server yet: id → list item. */
const pending = new Map();
/** Captions of the buttons shown so far: a press comes back as a payload. */
const labels = new Map();
let typingTimer = 0;

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
  $('typing-label').textContent = on ? 'WeWall AI печатает' : '';
  if (on && follow) toBottom();
  // If the word that typing is over gets lost, the dots must not stay for ever.
  if (on) typingTimer = setTimeout(() => showTyping(false), 60_000);
}

function showOwner(owner) {
  const manager = owner === 'manager';
  chat.classList.toggle('chat--manager', manager);
  $('owner').textContent = manager
    ? 'К разговору подключён менеджер, он ответит вам здесь'
    : 'Помощник по коммерческой недвижимости';
  if (manager) showTyping(false);
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
    for (const { payload, text } of message.buttons ?? []) labels.set(payload, text);
    for (const item of log.querySelectorAll('.message:not(.message--past)')) item.classList.add('message--past');
    show(messageView(withLabel(message), press), { before: firstPending(), follow });
  },
});

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
  onTyping: ({ typing: on }) => showTyping(on),
  onOwner: ({ owner }) => showOwner(owner),
  onUp() {
    showConnection('');
    transcript.catchUp().catch(() => {});
    outgoing.flush();
  },
  onDown() {
    showConnection(RECONNECTING);
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
addEventListener('online', () => live.connect());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') transcript.catchUp().catch(() => {});
});
start();

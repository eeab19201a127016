const AUTHORS = { bot: 'WeWall AI', manager: 'Менеджер', client: 'Вы' };
const LINK = /https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)]/g;

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Text as text: nothing anybody writes becomes markup, only web addresses become links. */
function textWithLinks(text) {
  const bubble = element('p', 'bubble');
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    bubble.append(text.slice(at, match.index));
    const link = element('a', '', match[0]);
    link.href = match[0];
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    bubble.append(link);
    at = match.index + match[0].length;
  }
  bubble.append(text.slice(at));
  return bubble;
}

function cardView({ title, subtitle, rows, imageUrl }) {
  const card = element('article', 'card');
  if (imageUrl) {
    const image = element('img');
    image.src = imageUrl;
    image.alt = '';
    image.loading = 'lazy';
    image.addEventListener('error', () => image.remove());
    card.append(image);
  }
  const body = element('div', 'card__body');
  body.append(element('h3', '', title));
  if (subtitle) body.append(element('p', 'card__subtitle', subtitle));
  if (rows.length > 0) {
    const list = element('dl');
    for (const { label, value } of rows) list.append(element('dt', '', label), element('dd', '', value));
    body.append(list);
  }
  card.append(body);
  return card;
}

function attachmentView({ name, url, contentType }) {
  const link = element('a');
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener';
  if (/^image\/(jpeg|png|webp)$/.test(contentType)) {
    link.className = 'attachment--image';
    const image = element('img');
    image.src = url;
    image.alt = name;
    image.loading = 'lazy';
    link.append(image);
  } else {
    link.className = 'attachment--file';
    link.download = name;
    link.textContent = `Файл: ${name}`;
  }
  return link;
}

/** A group of buttons; `press` gets the button that was pressed. */
export function buttonsView(buttons, press) {
  const group = element('div', 'buttons');
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', 'Варианты ответа');
  for (const button of buttons) {
    const node = element('button', '', button.text);
    node.type = 'button';
    if (button.payload) node.dataset.payload = button.payload;
    node.addEventListener('click', () => press(button));
    group.append(node);
  }
  return group;
}

/** One message of the transcript as a list item. */
export function messageView(message, press) {
  const item = element('li', `message message--${message.author}`);
  if (message.seq) item.dataset.seq = String(message.seq);
  item.append(
    element('p', message.author === 'manager' ? 'message__author' : 'visually-hidden', AUTHORS[message.author]),
  );
  if (message.text) item.append(textWithLinks(message.text));
  for (const card of message.cards ?? []) item.append(cardView(card));
  for (const attachment of message.attachments ?? []) item.append(attachmentView(attachment));
  if (message.editedAt) item.append(element('p', 'message__meta', 'изменено'));
  if (message.buttons?.length) item.append(buttonsView(message.buttons, press));
  return item;
}

/** Shows under the newest of the visitor's messages up to `seq` that a manager has read them. */
export function markRead(log, seq) {
  log.querySelector('.message__read')?.remove();
  const own = [...log.querySelectorAll('.message--client[data-seq]')].filter((item) => Number(item.dataset.seq) <= seq);
  own.at(-1)?.append(element('p', 'message__meta message__read', 'Прочитано менеджером'));
}

/** What the visitor has just said, before the server has numbered it. */
export function pendingView({ text, button, attachments }) {
  const item = element('li', 'message message--client message--pending');
  item.append(element('p', 'visually-hidden', 'Вы'));
  if (text || button) item.append(textWithLinks(text || button.text));
  for (const { name } of attachments ?? []) item.append(element('span', 'attachment--file', `Файл: ${name}`));
  const meta = element('p', 'message__meta', 'Отправляется…');
  item.append(meta);
  return item;
}

/** Marks a pending message as refused for good, with the server's words. */
export function markRefused(item, reason) {
  item.classList.remove('message--pending');
  item.classList.add('message--failed');
  item.querySelector('.message__meta').textContent = `Не отправлено: ${reason}`;
}

import { generator } from '../learning/learn.js';

/** Longest message any channel accepts, in UTF-16 units (chats refuse longer ones). */
export const ACCEPTED_LENGTH = 10_000;

/** What hostile and careless messages are made of. */
const PIECES: readonly string[] = (
  'да|нет|не|ну|а|и|или|но|же|вот|назад|верни|вернись|предыдущий вопрос|не то нажал|шаг|отмени|последний ответ|ошибся|замени|поменяйте|вместо|на|у|до|от|около|' +
  'офис|склад|магазин|кафе|торговое помещение|снять|купить|аренда|продаю|сдаю|ищу|хочу|нужен|класс А|класс B+|с отделкой|без отделки|сдача в 4 квартале 2027|' +
  'у метро|Павелецкая|Парк культуры|Проспект Вернадского|Сокол|Динамо|Улица 1905 года|ЦАО|район|округ|центр|ул. 8 Марта, дом 15 корпус 2|Тверская 12|' +
  '100|15|1 000 000|30 млн|5-7 млн|полтора миллиона|сто двадцать пять|двести|тысяч|лям|м²|кв. м|метров|м|квадратов|к|т.р.|в месяц|за метр в год|%|₽|$|±|1/2|0,77|' +
  '+7 916 123-45-67|8 (495) 123-45-67|восемь девятьсот шестнадцать|7707083893|12.05.2026|10:30|с 10 до 18|завтра в 11|половина третьего|t.me/wall|a@b.ru|' +
  'оцените|посчитайте доходность|что с рынком|кто вы|позови менеджера|начать заново|меню|привет|спасибо|почему|сколько стоит|что ты умеешь|меня зовут Анна|' +
  'hochu snyat ofis|nazad|ye;ty jabc|lf|ok|yes|👍|🙂|❌|«|»|(|)|"|—|…|...|!!!|???|\n|\t|\u00a0|ё|Ё|İ|ﬁ|\u0301|\ud83d|дааааа|нееееет|ааааааааааааааааа|<script>|\'; drop table|{{7*7}}'
).split('|');
const ALPHABETS: readonly string[] = [
  'абвгдежзийклмнопрстуфхцчшщъыьэюя ',
  'abcdefghijklmnopqrstuvwxyz ',
  '0123456789 .,-+/%',
  ' .,;:!?-—()«»"\n\t',
];

type Random = () => number;

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

function nonsense(random: Random): string {
  const alphabet = pick(random, ALPHABETS);
  let text = '';
  for (let length = 1 + Math.floor(random() * 12); length > 0; length--)
    text += alphabet.charAt(random() * alphabet.length);
  return text;
}

/** Any UTF-16 units, halves of pairs among them. */
function units(random: Random): string {
  let text = '';
  for (let length = 1 + Math.floor(random() * 6); length > 0; length--) text += String.fromCharCode(random() * 0x10000);
  return text;
}

function piece(random: Random): string {
  const kind = random();
  if (kind < 0.75) return pick(random, PIECES);
  return kind < 0.95 ? nonsense(random) : units(random);
}

/** Some pieces in a row, to be repeated: what is slow for one text is slower for a longer one of the same kind. */
export function fragment(random: Random): string {
  const joint = random() < 0.85 ? ' ' : random() < 0.5 ? '' : ', ';
  let text = '';
  for (let count = 1 + Math.floor(random() * 6); count > 0; count--) text += piece(random) + joint;
  return text;
}

/** Cut to a length, as a client cuts it: anywhere. */
export const filled = (unit: string, length: number): string =>
  unit.repeat(Math.ceil(length / Math.max(1, unit.length))).slice(0, length);

/**
 * Endless seeded messages of every length up to {@link ACCEPTED_LENGTH}: pieces mixed, one fragment repeated, noise. Most are
 * short, as messages are; every thirtieth fills what is accepted.
 */
export function* fuzzed(seed: number): Generator<string> {
  const random = generator(seed);
  for (let n = 0; ; n++) {
    const length = n % 30 === 0 ? ACCEPTED_LENGTH : Math.floor(random() ** 8 * ACCEPTED_LENGTH);
    if (random() < 0.3) {
      yield filled(fragment(random), length);
      continue;
    }
    let text = '';
    while (text.length < length) text += fragment(random);
    yield text.slice(0, length);
  }
}

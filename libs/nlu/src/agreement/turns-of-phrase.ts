import { wordList } from './word-list.js';

/** Deliberation wished for: «надо посчитать», «хотелось бы подумать». */
export const DELIBERATIONS = wordList(
  'подумать посчитать обсудить посоветоваться взвесить прикинуть уточнить узнать спросить обдумать переговорить разобраться сравнить согласовать',
);
export const WISHES = [
  'надо',
  'нужно',
  'хочу',
  'хотим',
  'хотелось бы',
  'хотел бы',
  'хотела бы',
  'следует',
  'стоит',
  'давайте',
  'мне надо',
  'нам надо',
  'мне нужно',
  'нам нужно',
  'надо сначала',
  'хочу сначала',
  'сначала надо',
];

/** «тысячу раз да», «сто раз нет»: an answer repeated for emphasis. */
const TIMES = wordList('сто тысячу тыщу миллион триста двести десять три пять');
export const repeated = (answer: string): string[] => [
  ...TIMES.map((times) => `${times} раз ${answer}`),
  ...['дважды', 'трижды', 'стократ', 'стократно'].map((times) => `${times} ${answer}`),
  `и еще раз ${answer}`,
  `еще раз ${answer}`,
];

/** «это не моя заявка», «не наши данные»: what is shown belongs to somebody else. */
export const foreignThings = (
  [
    ['моя наша', 'заявка почта компания фамилия анкета'],
    ['мой наш', 'номер телефон адрес запрос заказ'],
    ['мои наши', 'данные контакты условия ответы'],
    ['мое наше', 'имя помещение'],
  ] as const
).flatMap(([owners, things]) =>
  wordList(owners).flatMap((owner) => wordList(things).map((thing) => `не ${owner} ${thing}`)),
);

/** «ага, только валенки надену»: chores never to be finished. */
export const chores = ['валенки', 'тапки', 'тапочки', 'сапоги', 'шнурки', 'галоши'].flatMap((shoes) =>
  ['надену', 'обую', 'поглажу', 'завяжу', 'найду'].map((deed) => `только ${shoes} ${deed}`),
);

/** «сам посмотрю», «сами найдём»: help is declined. */
const DOERS: readonly (readonly [string, readonly string[]])[] = [
  [
    'сам',
    wordList('посмотрю найду поищу решу разберусь выберу посчитаю справлюсь позвоню перезвоню напишу зайду подберу'),
  ],
  [
    'сама',
    wordList('посмотрю найду поищу решу разберусь выберу посчитаю справлюсь позвоню перезвоню напишу зайду подберу'),
  ],
  [
    'сами',
    wordList(
      'посмотрим найдем поищем решим разберемся выберем посчитаем справимся позвоним перезвоним напишем подберем',
    ),
  ],
];
export const declined = DOERS.flatMap(([who, verbs]) =>
  verbs.flatMap((verb) => [
    `${who} ${verb}`,
    `${verb} ${who}`,
    `мы ${who} ${verb}`,
    `я ${who} ${verb}`,
    `уж ${who} ${verb}`,
  ]),
);

/** «ладно, потом», «давайте позже»: put off is neither taken nor refused. */
export const putOff = wordList('ладно хорошо ок окей давай давайте может лучше').flatMap((opener) =>
  ['потом', 'позже', 'попозже', 'как нибудь потом', 'в другой день'].map((later) => `${opener} ${later}`),
);

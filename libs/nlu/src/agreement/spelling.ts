/**
 * Repair of misspelt answer words: «сагласен», «подходт», «хрошо», «ненадо». Only a closed list of core words is repaired to, so that
 * no word of a search request turns into an answer.
 */

const CORE = (
  'согласен согласна согласны согласовано соглашусь подходит подходят подойдет подтверждаю подтверждаем устраивает устроит правильно неправильно ' +
  'конечно хорошо отлично прекрасно нормально разумеется естественно безусловно обязательно однозначно договорились интересно неинтересно ' +
  'интересует актуально неактуально нравится понравилось одобряю возражаю отказываюсь откажусь спасибо пожалуйста давайте присылайте отправляйте ' +
  'сомневаюсь наверное возможно посмотрим подумаю принимается принято пойдет годится берем запускайте продолжайте считайте ' +
  'верно неверно надо нужно хочу хотим буду давай ладно точно можно против замечательно категорически исключено оформляем оформляйте готовы ' +
  'действительно абсолютно совершенно вполне поехали погнали поддерживаю согласую отмена отказ никогда никак вариант незнаю'
).split(' ');
const CORE_SET: ReadonlySet<string> = new Set(CORE);

/** Real words one slip away from a core word; they stay what they are. */
const REAL = new Set(
  'верну верни верна вера мерно можна давай давал давали дайте надя нада конечной конечная конечное конечный точка точной точный вариантов варианта варианты отказа отказы берег берете готово готовая готовый готовые годится подходить подводит походит отлична интересной интересное принят приняты принята отмены отмену правильной правильное подумать подойдут'.split(
    ' ',
  ),
);
REAL.delete('нада');
REAL.delete('можна');

/** How a word sounds, roughly: unstressed vowels, paired consonants, doubled letters and soft signs fall together. */
function soundOf(form: string): string {
  return form
    .replace(/[ьъ]/g, '')
    .replace(/т+с+я/g, 'ца')
    .replace(/[оа]/g, 'а')
    .replace(/[еиыэ]/g, 'и')
    .replace(/я/g, 'и')
    .replace(/[дт]/g, 'т')
    .replace(/[бп]/g, 'п')
    .replace(/[гк]/g, 'к')
    .replace(/[зс]/g, 'с')
    .replace(/[жшщ]/g, 'ш')
    .replace(/[вф]/g, 'ф')
    .replace(/чн/g, 'шн')
    .replace(/(.)\1+/g, '$1');
}

const BY_SOUND = new Map([...CORE].reverse().map((word) => [soundOf(word), word] as const));

/** The word with one letter left out, for every letter: two words one slip apart share such a form or are one. */
function* withoutOne(word: string): Generator<string> {
  for (let i = 0; i < word.length; i++) yield word.slice(0, i) + word.slice(i + 1);
}

const SHORTEST_SLIP = 6;
const BY_SLIP = new Map<string, string>();
for (const word of CORE) {
  if (word.length < SHORTEST_SLIP) continue;
  for (const shorter of withoutOne(word)) if (!BY_SLIP.has(shorter)) BY_SLIP.set(shorter, word);
}

/** One letter missing, extra, wrong, or two swapped; endings of adjectives and verbs are not slips. */
function oneSlip(form: string): string | undefined {
  if (form.length < SHORTEST_SLIP - 1 || form.length > 16) return undefined;
  const candidate = (word: string | undefined) =>
    word && word[0] === form[0] && !isInflection(form, word) ? word : undefined;
  const missing = candidate(BY_SLIP.get(form));
  if (missing) return missing;
  for (const shorter of withoutOne(form)) {
    if (CORE_SET.has(shorter) && shorter.length >= SHORTEST_SLIP - 1) {
      const extra = candidate(shorter);
      if (extra) return extra;
    }
    const word = candidate(BY_SLIP.get(shorter));
    if (word && Math.abs(word.length - form.length) <= 0) return word;
  }
  return undefined;
}

/** «конечное», «согласная», «интересном», «хорош» differ from a core word by their ending alone: other words, not slips. */
function isInflection(form: string, word: string): boolean {
  return form.length < word.length ? word.startsWith(form) : form.startsWith(word.slice(0, -1));
}

const NEGATABLE = new Set(
  'надо нужно хочу хотим верно правильно подходит подходят подойдет устраивает устроит интересно интересует актуально годится пойдет согласен согласна согласны знаю нравится понравилось готов готова готовы буду будем берем беру стоит против возражаю подтверждаю нравиться'.split(
    ' ',
  ),
);

function repairedWord(form: string): string | undefined {
  if (form.length < 4 || CORE_SET.has(form) || REAL.has(form)) return undefined;
  const sounded = BY_SOUND.get(soundOf(form));
  if (sounded && Math.abs(sounded.length - form.length) <= 2 && !(isInflection(form, sounded) && form.length > 5))
    return sounded;
  return oneSlip(form);
}

const inNegatable = (form: string): string | undefined => {
  if (NEGATABLE.has(form)) return form;
  const repaired = repairedWord(form);
  return repaired && NEGATABLE.has(repaired) ? repaired : undefined;
};

/**
 * The answer words a misspelt word stands for: «подходт» → `['подходит']`, «ненадо» and «нинада» → `['не', 'надо']`.
 * `undefined` when it is no misspelling of an answer.
 */
export function repairAnswerWord(form: string): readonly string[] | undefined {
  if (REPAIRED.has(form)) return REPAIRED.get(form);
  const repaired = repairOf(form);
  if (REPAIRED.size >= MOST_REPAIRED) REPAIRED.clear();
  REPAIRED.set(form, repaired);
  return repaired;
}

/** Clients repeat words more than they invent them: what was found out about a word is kept, up to this many words. */
const MOST_REPAIRED = 5000;
const REPAIRED = new Map<string, readonly string[] | undefined>();

function repairOf(form: string): readonly string[] | undefined {
  const glued = /^н[еи](.{4,})$/.exec(form)?.[1];
  const denied = glued === undefined ? undefined : inNegatable(glued);
  if (denied) return ['не', denied];
  if (/^н[еи]за(?:что|што)$/.test(form)) return ['ни', 'за', 'что'];
  const repaired = repairedWord(form);
  return repaired ? [repaired] : undefined;
}

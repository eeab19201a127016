import type { Utterance, Word } from '../utterance/utterance.js';
import { LONGEST_PHRASE, ROLES, type Role, startsPhrase } from './lexicon.js';
import { repairAnswerWord } from './spelling.js';

/** A stock answer, or one word of something else. */
export interface Item {
  role: Role;
  phrase: string;
  afterPause: boolean;
}

type AnswerWord = Pick<Word, 'form' | 'afterPause'>;

/** More words than this are no short answer: their spelling is left alone. */
const REPAIRED_WORDS = 8;

/** The words with answers spelt as the lexicon spells them: «ненадо» → «не надо», «+++» → «+», «100%» → «стопроцентно». */
function answerWords({ words, folded }: Utterance): AnswerWord[] {
  if (words.length > REPAIRED_WORDS) return words;
  return words.flatMap((word, i): AnswerWord[] => {
    const { form, afterPause } = word;
    if (/^\++$/.test(form)) return [{ form: '+', afterPause }];
    if (form === '100' && folded.charAt(word.end) === '%' && words.length <= 3 && words[i - 1]?.form !== 'на')
      return [{ form: 'стопроцентно', afterPause }];
    if (form === 'ни' && /^(?:над[оа]|нужн[оа]|хочу|хотим|подходит|буду)$/.test(words[i + 1]?.form ?? ''))
      return [{ form: 'не', afterPause }];
    if (startsPhrase(form)) return [word];
    const single = form.replace(/(.)\1+/g, '$1');
    if (single !== form && form.length <= 10 && startsPhrase(single)) return [{ form: single, afterPause }];
    const repaired = repairAnswerWord(form);
    return repaired ? repaired.map((part, n) => ({ form: part, afterPause: n === 0 && afterPause })) : [word];
  });
}

/** Words that may stand inside a stock answer without changing it: «возражений у меня нет», «не надо мне этого». */
const SKIPPED = new Set(
  'я мы мне нам меня нас у бы б же ж ну вот это этого этом этому в вам вас уж просто прям пожалуйста тут здесь больше такой такого такое никаких моей нашей стороны с'.split(
    ' ',
  ),
);

/** Cuts the utterance into the longest known phrases; everything else is content. */
export function answerItems(utterance: Utterance): Item[] {
  const words = answerWords(utterance);
  const items: Item[] = [];
  for (let i = 0; i < words.length; ) {
    const first = words[i];
    if (!first) break;
    let taken = 1;
    let role: Role = 'content';
    let phrase = first.form;
    if (startsPhrase(first.form)) {
      let exact = '';
      let reduced = '';
      let paused = false;
      for (let n = 1; n <= LONGEST_PHRASE && i + n <= words.length; n++) {
        const word = words[i + n - 1];
        if (!word) break;
        // «нет, ошибок нет»: the pause keeps the two answers apart.
        if (n > 1 && word.afterPause && first.form === 'нет' && word.form !== 'нет') break;
        exact = n === 1 ? word.form : `${exact} ${word.form}`;
        if (n > 1 && word.afterPause) paused = true;
        const skipped = n > 1 && SKIPPED.has(word.form);
        if (!skipped) reduced = n === 1 ? word.form : `${reduced} ${word.form}`;
        const known = ROLES.has(exact) ? exact : skipped || paused ? undefined : reduced;
        const found = known === undefined ? undefined : ROLES.get(known);
        if (known !== undefined && found) {
          role = found;
          taken = n;
          phrase = known;
        }
      }
    }
    // «класс А», «класс не B, а A» is a class of premises.
    const sign = words[i + taken]?.form === 'не' ? words[i + taken + 1] : words[i + taken];
    if (phrase === 'класс' && sign && !sign.afterPause && /^(?:[абвсabc]|[абвсabc]?\+)$/.test(sign.form))
      role = 'content';
    items.push({ role, phrase, afterPause: first.afterPause });
    i += taken;
  }
  return items;
}

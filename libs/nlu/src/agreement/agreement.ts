import path from 'node:path';
import { LinearModel } from '../learning/linear-model.js';
import type { Agreement } from '../types.js';
import { inRussian } from '../utterance/keyboard.js';
import { readUtterance, type Utterance } from '../utterance/utterance.js';
import { answerItems, type Item } from './answer-items.js';
import { answerFeatures } from './features.js';
import { AGREEMENTS } from './labels.js';
import { ANSWER_VOCABULARY, startsPhrase } from './lexicon.js';
import { asserting, deniesDenial, isRefused, negatesNext, opensRequest, polarityOf } from './scope.js';
import { repairAnswerWord } from './spelling.js';

/** «нет, мы хотим купить», «нет, покажи ещё»: after a refusal, what is wanted instead. */
const WANTED =
  /^(?:хочу|хотим|хотел|хотела|хотели|нужн|нужен|надо$|покажи|показывай|купить|взять|ищ|подбер|подбира|дальше|далее)/;

/** Questions that are answers: «почему бы и нет?», «кто же против?». */
const RHETORICAL = /^(?:а )?(?:почему|отчего|чего|как отказаться|кто|разве|куда деваться)(?: |$)/;
const BARE_NO = new Set(['нет', 'нет нет', 'не', 'неа', 'нет же', 'да нет же', 'не не', 'ну нет']);
/** What turns «нет, …» into a yes: the client denies that anything is wrong. */
const NOTHING_WRONG = new RegExp(
  `^(?:(?:я|мы|меня|нас|мне|нам) )?(?:${[
    'все ',
    'исправлять нечего',
    'добавить нечего',
    'нечего добавить',
    'нечего исправ',
    'верно',
    'правильно',
    'именно так',
    'так и есть',
    'соглас(?:ен|на|ны)$',
    'не против',
    'не прочь',
    'не возража',
    'не отка',
    'не (?:буду|будем|стану|станем) (?:против|возраж|отказ|спор)',
    'совсем не против',
    '(?:а )?(?:почему|отчего) ',
    'никаких ',
    '(?:ошиб|замечан|возражен|проблем|вопрос|претенз|правок|поправок|изменен|исправлен)[а-я]* (?:нет|никаких)',
    'без (?:изменен|замечан|возражен|правок)',
    'ничего (?:не )?(?:меня|надо меня|нужно меня)',
    'ничего против',
    'меня',
    'не (?:надо|нужно) (?:ничего )?меня',
    '(?:вы )?не ошиб',
    'вы (?:меня )?(?:верно|правильно)',
  ].join('|')})`,
);

/** «нет, всё верно» is a yes, «да нет» a no, «нет, конечно» a no; every other clash of signs stays unclear. */
function resolveClash(polar: readonly Item[], items: readonly Item[]): Agreement {
  const [first, second, ...rest] = polar;
  if (!first || !second) return 'unclear';
  const between = items.slice(items.indexOf(first) + 1, items.indexOf(second) + 1);
  const adjacent = between.every((item) => (item === second || item.role === 'filler') && !item.afterPause);
  if (BARE_NO.has(first.phrase) && NOTHING_WRONG.test(second.phrase)) {
    return rest.every((item) => polarityOf(item.role) === 1) ? 'yes' : 'unclear';
  }
  const particle = first.phrase === 'да' || first.phrase === 'ну да' || first.phrase === 'так';
  if (
    first.phrase === 'нет' &&
    !adjacent &&
    [second, ...rest].every((item) => item.role === 'go' && WANTED.test(item.phrase))
  ) {
    const bare = polar.length === 2 && items.at(-1) === second && /^(?:надо|нуж|хоч|хот)/.test(second.phrase);
    return bare ? 'unclear' : 'no';
  }
  if (particle && polarityOf(second.role) === -1 && adjacent) {
    if (rest.every((item) => polarityOf(item.role) === -1)) return 'no';
    const third = rest[0];
    if (BARE_NO.has(second.phrase) && third && NOTHING_WRONG.test(third.phrase)) {
      return rest.every((item) => polarityOf(item.role) === 1) ? 'yes' : 'unclear';
    }
  }
  return 'unclear';
}

/** Without a pause before what follows, these begin a description: «пусть решает сын», «плюс парковка», «+7 916». */
const OPENERS = new Set([
  'есть',
  'так',
  'за',
  'никак',
  'пусть',
  'пускай',
  'класс',
  'плюс',
  'минус',
  '+',
  '-',
  'легко',
  'добро',
  'оно',
  'хор',
  'верный',
  'верная',
  'правильный',
  'правильная',
  'интересует',
  'интересуют',
  'интересно',
  'вперед',
  'поехали',
]);
/** An assent after what it assents to: «аренда, да». */
const ASSENT_LAST = /^(?:да|ага|верно|все верно|именно|конечно да|так точно)$/;
/** Words of «I hear you» that do not answer when a question follows: «ок, а сколько стоит?». */
const HEARD = /^(?:ок|окей|окэй|оки|ok|okay|хорошо|ладно|понял|поняла|понятно|стоп|отлично|супер|принято|интересно)$/;
/** «нет лифта», «нет данных»: a noun in the genitive after «нет» says what is missing. */
const GENITIVE = /(?:ов|ев|ей|ых|их|ии|ки|ти|ги|лы|ны|ры|та|да|ка|на|ма|ла|ия|ья|ого|его|ой)$/;

/** «не думаю, что подойдёт» denies; «не скажу, что против» leaves it open. */
function judgeRaised(said: readonly Item[], utterance: Utterance): Agreement {
  const at = said.findIndex(({ role }) => role === 'raiser');
  const before = said.slice(0, at).map(({ role }) => polarityOf(role));
  const after = said.slice(at + 1);
  const signs = after.map(({ role }) => polarityOf(role)).filter((sign) => sign !== 0);
  const content = after.filter(({ role }) => role === 'content').length;
  if (utterance.question || before.includes(1) || after.some(({ role }) => role === 'unsure' || role === 'raiser'))
    return 'unclear';
  if (signs.length === 0) return content <= 1 && /дума|счита/.test(said[at]?.phrase ?? '') ? 'no' : 'unclear';
  return content <= 3 && signs.every((sign) => sign === 1) ? 'no' : 'unclear';
}

/** Whether what stands beside the answer leaves it an answer: content may be its object, reason or correction. */
function survivesContent(
  said: readonly Item[],
  polar: readonly Item[],
  lead: Item,
  leads: boolean,
  pauseAfterLead: boolean,
): boolean {
  const contents = said.filter((item) => item.role === 'content' || item.role === 'question');
  const content = contents.length;
  const next = said[said.indexOf(lead) + 1];
  const runsOn = next?.role === 'content' && !pauseAfterLead;
  if (leads && lead.phrase === 'нет' && polar.length === 1 && runsOn && (content <= 2 || GENITIVE.test(next.phrase)))
    return false;
  if (!leads) {
    const asserts = polar.some(asserting) && polar.every((item) => asserting(item) || item.role === 'go');
    return asserts && content <= 3;
  }
  // «можете отправлять», «замечательно, пришлите договор»: consent runs on; «хочу офис» is a request.
  let last = said.indexOf(lead);
  while (said[last + 1]?.role === 'go') last++;
  const afterGo = said[last + 1];
  const apart = next?.afterPause || afterGo?.role !== 'content' || afterGo.afterPause;
  if (lead.role === 'go' && !apart) return false;
  if (lead.role === 'go' && content > 6) return false;
  // «не 100», «не Павелецкую»: the particle belongs to what follows.
  if (runsOn && (lead.phrase === 'не' || OPENERS.has(lead.phrase))) return false;
  return !(lead.phrase === 'против' && !next?.afterPause);
}

/** «да нет, наверное не стоит… точно нет»: a doubt that ends in nothing but refusals is one. */
function firmsUp(said: readonly Item[]): boolean {
  const [doubt, ...rest] = said;
  if (doubt?.role !== 'unsure' || !/^да нет наверно/.test(doubt.phrase) || rest.length === 0) return false;
  return rest.every((item) => polarityOf(item.role) === -1 || item.role === 'hedge' || item.role === 'intensifier');
}

/** «да я уже третий день жду», «да там же стройка была»: the particle only leads to a complaint or a remark. */
function protests(items: readonly Item[]): boolean {
  const [particle, subject] = items;
  if (particle?.phrase !== 'да' || subject === undefined || subject.afterPause) return false;
  if (!/^(?:я|мы|вы|ты|он|они|там|тут)(?: |$)/.test(subject.phrase)) return false;
  const following = items.slice(2);
  const firstTold = following.find(({ role }) => role !== 'filler' && role !== 'hedge');
  return firstTold?.role === 'content' && following.every(({ role }) => polarityOf(role) >= 0);
}

/** «площадь правильная, а вот остальное нет»: what is not right throughout is not confirmed. */
const PARTLY =
  / а (?:вот )?(?:все )?(?:остальное|остальные|прочее|другое|дальше) (?:же )?(?:все )?(?:нет|не|неверн[а-я]+|неправильн[а-я]+|мимо|чушь|бред) /;

function judge(all: readonly Item[], utterance: Utterance): Agreement {
  if (PARTLY.test(utterance.flat)) return utterance.question ? 'unclear' : 'no';
  const reserved = all.findIndex((item) => item.role === 'but');
  // «благодарю вас, но нет»: courtesy before the answer, not an answer with a reservation.
  const courtesy = reserved >= 0 && all.slice(0, reserved).every(({ role }) => role === 'filler' || role === 'sigh');
  if (reserved === 0 || (courtesy && all[reserved]?.phrase !== 'но')) return 'unclear';
  const items = courtesy ? all.slice(reserved + 1) : all;
  const reservation = items.findIndex((item) => item.role === 'but');
  const before = reservation > 0 ? items.slice(0, reservation) : items;
  const after = reservation > 0 ? items.slice(reservation + 1) : [];

  const telling = before.filter((item) => item.role !== 'filler');
  const said = telling.some((item) => item.role !== 'sigh') ? telling.filter((item) => item.role !== 'sigh') : [];
  const content = said.filter((item) => item.role === 'content' || item.role === 'question').length;
  if (said.some((item) => item.role === 'irony')) return content <= 2 && !utterance.question ? 'no' : 'unclear';
  if (firmsUp(said)) return 'no';
  if (said.length === 0 || said.some((item) => item.role === 'unsure' || deniesDenial(item, before))) return 'unclear';
  if (protests(before)) return 'unclear';
  if (said.some((item) => item.role === 'raiser')) return judgeRaised(said, utterance);
  const polar = said.filter(
    (item) =>
      polarityOf(item.role) !== 0 &&
      !opensRequest(item, before) &&
      !negatesNext(item, before) &&
      !isRefused(item, before),
  );
  const first = said.find((item) => item.role !== 'hedge');

  // «безусловно, запускайте поиск»: the intensifier answers, and what follows only goes on.
  const assured = said[0]?.role === 'intensifier' && said[1]?.afterPause === true;
  if (assured && polar.length > 0 && polar.every(({ role }) => role === 'go') && content <= 3 && !utterance.question)
    return 'yes';
  // An intensifier alone is a yes; beside «нет» it strengthens the no.
  if (polar.length === 0) {
    const alone = said.every((item) => item.role === 'intensifier' || item.phrase === 'пожалуй');
    const leads = said[0]?.role === 'intensifier' && said[1]?.afterPause === true && content <= 4;
    return (alone || leads) && !utterance.question ? 'yes' : 'unclear';
  }
  const lead = polar[0];
  if (!lead || !first) return 'unclear';
  const leads = lead === first || (first.role === 'intensifier' && said.indexOf(lead) === 1);
  const next = said[said.indexOf(lead) + 1];
  const pauseAfterLead = items[items.indexOf(lead) + 1]?.afterPause === true;

  if (said.some((item) => item.role === 'question')) {
    // «да, а сколько до метро?» answers and asks; «да сколько можно» only asks.
    const asked = said.findIndex((item) => item.role === 'question');
    if (!leads || asked <= said.indexOf(lead) || !items.slice(items.indexOf(lead) + 1).some((item) => item.afterPause))
      return 'unclear';
    if ((next?.role === 'question' && !pauseAfterLead) || HEARD.test(lead.phrase)) return 'unclear';
    // «нет, а какая там ставка?»: who refuses does not ask on; the particle only waves something away.
    if (utterance.question && lead.phrase === 'нет' && polar.length === 1) return 'unclear';
  }
  if (utterance.question) {
    const rhetorical = RHETORICAL.test(lead.phrase) && content === 0;
    if (!rhetorical && (content === 0 || !leads || !pauseAfterLead || HEARD.test(lead.phrase))) return 'unclear';
  }

  if (content > 0) {
    // «слишком дорого, нет»: a refusal put last, after its reason.
    const closing = polar.length === 1 && lead.role === 'no' && lead.afterPause && lead === items.at(-1);
    if (closing && content <= 4 && !utterance.question) return 'no';
    // «аренда, да»: the value, then the assent.
    const assenting =
      polar.length === 1 &&
      lead === items.at(-1) &&
      (/^(?:ок|окей|норм)$/.test(lead.phrase) || (ASSENT_LAST.test(lead.phrase) && lead.afterPause));
    if (assenting && content <= 3 && !utterance.question) return 'yes';
    if (!survivesContent(said, polar, lead, leads, pauseAfterLead || next?.afterPause === true)) return 'unclear';
  }

  const signs = new Set(polar.map((item) => polarityOf(item.role)));
  const answer: Agreement = signs.size > 1 ? resolveClash(polar, before) : signs.has(1) ? 'yes' : 'no';
  if (answer !== 'yes' || after.length === 0) return answer;
  // «да, но нет»: the reservation takes the answer back; «да, но бюджет не 20, а 30» does not.
  const takenBack = after.some(
    (item) =>
      item.role === 'unsure' || item.role === 'irony' || (polarityOf(item.role) === -1 && !negatesNext(item, after)),
  );
  return takenBack ? 'unclear' : 'yes';
}

const isAnswerWord = (form: string): boolean => startsPhrase(form) || repairAnswerWord(form) !== undefined;

/** A message as an answer: its words in Russian and the phrases the lexicon knows in it. */
export interface Answering {
  original: Utterance;
  utterance: Utterance;
  items: readonly Item[];
}

/** Cuts a message into the phrases of an answer. */
export function answering(input: string | Utterance): Answering {
  const original = typeof input === 'string' ? readUtterance(input) : input;
  const utterance = inRussian(original, ANSWER_VOCABULARY, /[а-я]/.test(original.folded) ? undefined : isAnswerWord);
  const isAnswer = utterance.words.length > 0 && utterance.words.length <= MOST_WORDS;
  return { original, utterance, items: isAnswer ? answerItems(utterance) : [] };
}

/** A longer message is a letter, not an answer. */
const MOST_WORDS = 40;

/** «да? а где?»: the answer itself is questioned. */
const isQuestioned = ({ folded }: Utterance): boolean => /^\s*[а-я]+\s?\?/.test(folded);

/** What the lexicon and its rules say of a message. */
export function agreementByLexicon({ original, utterance, items }: Answering): Agreement {
  return isQuestioned(original) || items.length === 0 ? 'unclear' : judge(items, utterance);
}

const SHIPPED = {
  model: LinearModel.shipped(path.join(import.meta.dirname, 'agreement-model.json'), AGREEMENTS),
  /** How certain the model must be of an answer the lexicon leaves open: `npm run nlu:train -- --check`. */
  certainty: 0.7,
};
/** The model learnt from answers; what is longer is left to the lexicon. */
const MOST_JUDGED_WORDS = 15;
/** A longer message, or one with figures, answers only when the lexicon knows some phrase of an answer in it. */
const MOST_UNKNOWN_WORDS = 6;
const TELLING: ReadonlySet<Item['role']> = new Set([
  'yes',
  'no',
  'fits',
  'misfits',
  'go',
  'intensifier',
  'irony',
  'raiser',
  'hedge',
]);
/** A phrase of the other sign stands against the model: it may answer what is open, never turn an answer round. */
const AGAINST: Readonly<Record<'yes' | 'no', ReadonlySet<Item['role']>>> = {
  yes: new Set(['no', 'misfits', 'irony', 'raiser']),
  no: new Set(['yes', 'fits']),
};

/** What the model reads in a message the lexicon leaves open. */
function agreementByModel({ original, utterance, items }: Answering, { model, certainty }: typeof SHIPPED): Agreement {
  if (items.length === 0 || utterance.words.length > MOST_JUDGED_WORDS || isQuestioned(original)) return 'unclear';
  const isUnknown = utterance.words.length > MOST_UNKNOWN_WORDS || /\d/.test(utterance.flat);
  if (isUnknown && !items.some(({ role }) => TELLING.has(role))) return 'unclear';
  const { label, probability } = model.judge(answerFeatures(utterance, items));
  if (label === 'unclear' || probability < certainty) return 'unclear';
  return items.some(({ role }) => AGAINST[label].has(role)) ? 'unclear' : label;
}

/**
 * Reads consent or refusal from an answer to a yes/no question: a lexicon of phrases and rules of their order, then a linear model
 * for what these leave open. Anything doubtful, questioning or off the point is `unclear`: a yes must never be read as a no, nor
 * the reverse.
 */
export function readAgreement(input: string | Utterance, opinion = SHIPPED): Agreement {
  const message = answering(input);
  const trimmed = message.original.text.trim().replace(/[.)!]+$/, '');
  if (trimmed === '1' || trimmed === '+1') return 'yes';
  if (trimmed === '0' || trimmed === '2') return trimmed === '0' ? 'no' : 'unclear';
  const answer = agreementByLexicon(message);
  return answer === 'unclear' ? agreementByModel(message, opinion) : answer;
}

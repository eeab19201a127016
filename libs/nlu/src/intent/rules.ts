import type { Intent } from '../types.js';
import { inRussian, Vocabulary } from '../utterance/keyboard.js';
import { PatternIndex } from '../utterance/pattern-index.js';
import type { Utterance } from '../utterance/utterance.js';
import type { IntentEvidence } from './features.js';
import { ABOUT } from './wordings/about.js';
import { CALCULATE } from './wordings/calculate.js';
import { CONTACT } from './wordings/contact.js';
import { ELSEWHERE, NOT_OURS } from './wordings/foreign.js';
import { MANAGER } from './wordings/manager.js';
import { MARKET, RATES } from './wordings/market.js';
import { GREETING_START, isGreeting, MENU } from './wordings/menu.js';
import { RESTART } from './wordings/restart.js';
import { SEARCH } from './wordings/search.js';
import { VALUE } from './wordings/value.js';

/** An investor who looks for premises still looks for premises. */
const INVESTOR = / (?:под инвестиц|с доходност|с окупаемост|доходн(?:ый|ое|ая|ую|ого|ой) (?:помещ|недвиж|объект))/;

/** What an owner sells or lets through us. */
const PREMISES =
  / (?:офис|склад|магазин|помещени|площад|здани|недвижимост|объект|псн|осз|особняк|ангар|торгов|ритейл|кабинет|бц|бизнес центр|нежил|этаж|цех|аренд|собственност)/;

/** All wordings, found in one walk over the words of a message. */
const WORDINGS = new PatternIndex(
  Object.entries({
    elsewhere: [ELSEWHERE],
    foreign: [NOT_OURS],
    restart: RESTART,
    menu: MENU,
    contact: CONTACT,
    manager: MANAGER,
    search: SEARCH,
    rates: [RATES],
    calculate: CALCULATE,
    investor: [INVESTOR],
    value: VALUE,
    about: ABOUT,
    market: MARKET,
  }).flatMap(([family, patterns]) => patterns.map((pattern) => ({ family, pattern }))),
);

const CHEAP_INTENT = /[a-zа-я👋]/u;
const KNOWN = new Vocabulary(
  new Set(
    'about buy calc calculate call hello help hey hi human irr manager market menu npv office operator rent reset restart roi search start talk аренда вы дай день добрый заново здравствуйте ищу компании контакты кто купить менеджер меню мне назад найди найти нужен о оператор офис оцени оценка позвоните позови помощь посчитай привет расчет рынок склад сначала снять ты умеешь хочу человек что'.split(
      ' ',
    ),
  ),
);

/** A command of a messenger («/start»), whatever follows it. */
export function commandIntent(text: string): Intent | undefined {
  const command = /^\s*\/(start|menu|help|restart|reset|search|manager|about|contact|cancel)\b/i.exec(text);
  return command ? (COMMANDS[(command[1] ?? '').toLowerCase()] ?? 'menu') : undefined;
}

/** The message as Russian words when it came from a wrong keyboard layout or in Latin letters. */
export const asRussian = (utterance: Utterance): Utterance => inRussian(utterance, KNOWN);

/** `foreign`: a wording of somebody else's matter (flats, jobs, weather). */
export type RuleIntent = Intent | 'foreign';

/** What fixed wordings say a message asks for; `other` when none of them matches. */
export function intentByRules(utterance: Utterance, evidence: IntentEvidence = {}): RuleIntent {
  if (utterance.words.length === 0) return 'other';
  if (isGreeting(utterance)) return 'menu';
  const flat = utterance.flat.replace(GREETING_START, ' ');
  if (!CHEAP_INTENT.test(flat)) return evidence.phone ? 'contact' : 'other';
  const says = WORDINGS.familiesIn(flat);
  if (says.has('elsewhere')) return 'foreign';
  if (says.has('restart')) return 'restart';
  if (says.has('menu')) return 'menu';
  const contact = evidence.phone || says.has('contact');
  if (!contact && says.has('manager')) return 'manager';
  const search = says.has('search');
  if (contact && !(search && (evidence.searchSlots ?? 0) >= 2 && !evidence.phone)) return 'contact';
  if (says.has('foreign')) return 'foreign';
  if (evidence.owner && PREMISES.test(flat)) return says.has('value') ? 'value' : 'contact';
  if (says.has('rates')) return 'market';
  if (says.has('calculate') && !(search && says.has('investor'))) return 'calculate';
  if (says.has('value')) return 'value';
  if (says.has('about')) return 'about';
  if (says.has('market')) return 'market';
  if (search || (evidence.searchSlots ?? 0) >= 2) return 'search';
  return 'other';
}

const COMMANDS: Readonly<Record<string, Intent>> = {
  start: 'menu',
  menu: 'menu',
  help: 'menu',
  restart: 'restart',
  reset: 'restart',
  cancel: 'restart',
  search: 'search',
  manager: 'manager',
  about: 'about',
  contact: 'contact',
};

import type { EstateClass, EstateKind, SlotName, SlotSpan, Slots } from '../types.js';
import { PatternIndex } from '../utterance/pattern-index.js';
import type { Utterance } from '../utterance/utterance.js';

/** One wording of one value of a slot. */
interface Choice<S extends SlotName> {
  slot: S;
  value: NonNullable<Slots[S]>;
  pattern: RegExp;
}

const choice = <S extends SlotName>(slot: S, value: NonNullable<Slots[S]>, source: string): Choice<S> => ({
  slot,
  value,
  pattern: new RegExp(`(?<![а-яa-z0-9])(?:${source})(?![а-яa-z])`),
});

const KINDS: readonly Choice<'kind'>[] = [
  choice(
    'kind',
    'office',
    'офис[а-я]*|псн под офис|бизнес[- ]центр[а-я]*|бц|open ?space|опен[- ]?спейс[а-я]*|коворкинг[а-я]*|кабинет[а-я]*|штаб[- ]квартир[а-я]*|представительств[а-я]*|office|оффис[а-я]*|оффес|офес[а-я]*|афис(?:а|ы|е|ом)?|офс|офси|офисс[а-я]*|офиз',
  ),
  choice(
    'kind',
    'retail',
    'стритух[а-я]*|магазн[а-я]?|магзин[а-я]*|магази|могазин[а-я]*|магазен[а-я]*|магозин[а-я]*|рестаран[а-я]*|ристоран[а-я]*|кофеин[яю]|аптек|магаз|магазик[а-я]*|магазинчик[а-я]*|лавк[аиуе]|торгов[а-я]+ (?:помещени|площад|точк|зал|павильон|недвижимост|объект)[а-я]*|под бар(?![а-я])|под торговлю|ритейл[а-я]*|ретейл[а-я]*|retail|стрит[- ]?ритейл[а-я]*|стрит[- ]?ретейл[а-я]*|street retail|магазин[а-я]*|бутик[а-я]*|шоу[- ]?рум[а-я]*|кафе|кофейн[а-я]*|ресторан[а-я]*|аптек[а-я]*|салон[а-я]* красоты|барбершоп[а-я]*|пвз|пункт[а-я]* выдачи|торг(?:\\.)? ?площад[а-я]*|торгов(?:ое|ую|ая|ого)|торговл[а-я]+|супермаркет[а-я]*|общепит[а-я]*|пекарн[а-я]+|габ|торгов[а-я]+ помещ[а-я]*',
  ),
  choice(
    'kind',
    'warehouse',
    'склат[а-я]?|скалд|склд|слкад|сколад|скллад|склад(?:а|у|ом|е|ы|ов|ам|ами|ах|ск[а-я]+|ик[а-я]*)?|пакгауз[а-я]*|ангар[а-я]*|логистическ[а-я]+ (?:центр|комплекс|парк|помещен)[а-я]*|light industrial|лайт[- ]?индастриал|warehouse|фулфилмент[а-я]*|дарк ?стор[а-я]*|производственн[а-я]+ (?:помещени|площад|цех)[а-я]*|цех[а-я]*|под производство',
  ),
];

const SALE = choice(
  'deal',
  'sale',
  'купть|купиь|купмть|кпуить|куптиь|купитьь?|покупк|куп(?:лю|ить|ит|им|ишь|ил|ила|ли)|покупк[а-я]+|покупа[а-я]+|приобре[а-я]+|продаж[а-я]+|прода[а-я]*|в собственность|инвестировать|вложить(?:ся)?|выкуп[а-я]*|купл[яе][а-я]*|buy|sale',
);
const RENT = choice(
  'deal',
  'rent',
  'снятть|сянть|снть|арнд[ау]|аредн[ау]|арнед[ау]|арендв[ау]|арненд[ау]|аренд[а-я]*|оренд[а-я]*|оринд[а-я]*|аринд[а-я]*|арен[дл]у|снять|сниму|снимем|снимать|снимаем|снимаю|снимает|съем|съема|внаем|наем|найм|в найм|сда(?:ть|ю|ем|м|ется|ются|вать|ете|ешь|йте)|субаренд[а-я]*|арендн[а-я]+ ставк[а-я]+|rent|lease|заарендовать',
);

const SIMPLE: readonly Choice<SlotName>[] = [
  choice(
    'purpose',
    'investment',
    'инвестиц[а-я]+|инвестицион[а-я]+|инвестор(?=[.,!])|инвестировать|инвестирую|вложить(?:ся)?(?: деньги| средства)?|для вложени[а-я]+|под сдачу|для сдачи|сдавать в аренду|для перепродажи|перепродать|арендн[а-я]+ бизнес[а-я]*|пассивн[а-я]+ доход[а-я]*|габ',
  ),
  choice(
    'purpose',
    'own',
    'для себя|под себя|для собственн[а-я]+ (?:нужд|использовани|бизнес)[а-я]*|для своей компании|для своего бизнеса|для нашей компании|для нашего бизнеса|под свой бизнес|под собственн[а-я]+ [а-я]+|для своих нужд|сам[аи]? буд(?:у|ем) (?:работать|пользоваться|сидеть)|для себя любимого|собственное использование|для работы|под нашу компанию|для компании|для команды|для сотрудников',
  ),
  choice(
    'fitOut',
    'partial',
    'white ?-?box|вайт ?-?бокс[а-я]*|уайт ?-?бокс[а-я]*|предчистов[а-я]+(?: отделк[а-я]+)?|под чистовую(?: отделку)?|частичн[а-я]+ отделк[а-я]+|с частичной отделкой|черновой отделкой с разводкой|с предчистовой отделкой',
  ),
  choice(
    'fitOut',
    'shell',
    'отделка не нужна|пусть будет бетон|shell ?(?:&|and|n|энд|-)? ?core|шелл?(?: энд| анд| эндкор|-энд-)? ?-?кор[а-я]*|под отделку|без отделки|без ремонта|чернов[а-я]+(?: отделк[а-я]+)?|в бетоне|голый бетон|нужен ремонт|под ремонт|голые стены|отделки нет',
  ),
  choice(
    'fitOut',
    'ready',
    '(?:с|со) (?:(?:готов|чистов|хорош|качественн|дизайнерск|полн|свеж|нов|современн|отличн|евро|красив|приличн|нормальн|дорог|сделанн)(?:ой|ей|ым|им) )?(?:отделкой|ремонтом|евроремонтом)|чистов[а-я]+ отделк[а-я]+|отделанн[а-я]+|с мебелью|меблированн[а-я]+|готов[а-я]+ к въезду|заезжай и работай|под ключ|fitted|fit[- ]?out|отделка есть|отделка (?:[а-я]+ ){0,2}готовая|ремонт (?:уже )?(?:сделан|есть|готов|должен быть)|с отделочкой|готовая отделка|отделка готовая|готовой отделкой',
  ),
  choice(
    'readiness',
    'ready',
    'готов(?:ое|ый|ая|ые|ого|ую|ых|ом|ой) (?:помещени|объект|здани|дом|бц|бизнес|офис|склад|магазин|площад|недвижимост|ритейл|торгов)[а-я]*|уже готов[а-я]+|введен(?:ный|ное|о|ном)?(?: в эксплуатацию)?|построенн[а-я]+|сданн(?:ый|ое|ом|ые|ая)|сдан|только готов(?:ое|ый|ые|ая)|готовое|готовый|не стройка|не строящ[а-я]+|вторичк[а-я]+|действующ[а-я]+ бц|существующ[а-я]+ здани[а-я]+',
  ),
  choice(
    'anyBudget',
    true,
    '(?:бюджет|цена|стоимость|сумма)[а-я]* (?:уже |вообще |нам |мне )?(?:не важен|не важна|неважен|неважна|не ограничен[а-я]*|неограничен[а-я]*|без ограничений|любой|любая|не принципиал[а-я]+|не имеет значения|не критич[а-я]+|без разницы|значения не имеет|роли не играет)|любой бюджет|без ограничений по (?:бюджету|цене|деньгам)|деньги не проблема|за любые деньги|любая цена|бюджета нет|неограниченный бюджет',
  ),
];

const MODELS: readonly Choice<SlotName>[] = [
  choice(
    'model',
    'office-construction',
    'строящ[а-я]+ офис[а-я]*|офис[а-я]* (?:в строящ[а-я]+|на стадии стро(?:ительства|йки)|на этапе стро(?:ительства|йки)|в стройке|на котловане|в новостройке)|офис строящийся',
  ),
  choice(
    'model',
    'retail-construction',
    'строящ[а-я]+ (?:ритейл|ретейл|магазин|торгов)[а-я]*|(?:ритейл|ретейл|магазин|торгов[а-я]+ помещени)[а-я]* (?:в строящ[а-я]+|на стадии стро(?:ительства|йки)|на этапе стро(?:ительства|йки)|в стройке|на котловане|в новостройке)',
  ),
  choice('model', 'office-ready', 'готов[а-я]+ офис[а-я]*|офис[а-я]* готов[а-я]+'),
  choice(
    'model',
    'retail-ready',
    'готов[а-я]+ (?:ритейл|ретейл|магазин|торгов)[а-я]*|(?:ритейл|ретейл|магазин)[а-я]* готов[а-я]+',
  ),
];

const CLASS =
  /(?<![а-яa-z])(?:класс[а-я]*|категори[а-я]+|class)(?: не ниже| от| не хуже|:| -)?[ -]*["«]?((?:prime|прайм|(?:бэ|вэ) плюс|(?:[abcавсб]|бэ|вэ)(?: плюс(?= ?(?:$|[,.;!?)]|(?:в|на|у|от|до|с|около|рядом|или|и) )))?)[ ]?\+?)["»]?(?![а-яa-z])((?:(?: или | и |, ?|\/| либо |-)(?:класс[а-я]* )?["«]?[abcавсб][ ]?\+?["»]?(?![а-яa-z]))*)/g;
const CLASS_BEFORE =
  /(?<![а-яa-z0-9])["«]?((?:[abcавсб]\+?))["»]?((?:(?: или |, ?|\/| либо )["«]?[abcавсб]\+?["»]?)*)[ -]класс[а-я]*/g;
const CLASS_BARE =
  /(?<![а-яa-z0-9+])(?:([abcавсб])(?= ?(?:или|и|либо|,(?: либо| или)?|\/|-) ?(?:b\+|[вб]\+|a\+|а\+)(?![а-яa-z0-9+]))|b\+|[вб]\+|a\+|а\+)(?![а-яa-z0-9+])/g;
/** «класс не B, а A»: the class that replaces another. */
const CLASS_INSTEAD =
  /(?<![а-яa-z])класс[а-я]* не ["«]?[abcавсб] ?\+?["»]?,? а ["«]?([abcавсб] ?\+?)["»]?(?![а-яa-z])/g;
/** «класс C не предлагайте», «класса A на Ленинградке не надо». */
const REFUSED_CLASS = /^(?: [а-я]+){0,3} не (?:предлага|надо|нуж|интересу|рассматрива|подход)/;
const CLASS_LETTER: Readonly<Record<string, 'A' | 'B' | 'C'>> = {
  a: 'A',
  а: 'A',
  b: 'B',
  в: 'B',
  б: 'B',
  c: 'C',
  с: 'C',
};

/** Cyrillic lookalikes and spoken «бэ» are the same classes; A+ and prime belong to A, C+ to C. */
export function classOf(sign: string): EstateClass | undefined {
  const bare = sign.trim();
  if (bare === 'prime' || bare === 'прайм') return 'A';
  const letter = CLASS_LETTER[bare.charAt(0)];
  if (letter === 'B' && /\+|плюс/.test(bare)) return 'B+';
  return letter;
}

/** «не офис, а склад», «только не класс C»: the value is taken back. */
export function isTakenBack(folded: string, start: number): boolean {
  return /(?:^|[^а-я])(?:не|против|кроме|вместо|только не|не в|не у|не на|ни|никаких|никакого|никакой|не рассматрива[а-я]+|не (?:хочу|хотим|буду|будем|планирую|планируем|собираюсь|собираемся)|передумал[аи]?|расхотел[аи]?)\s+(?:класс[а-я]* |у |на |в |для |под |за |с )?$/.test(
    folded.slice(Math.max(0, start - 24), start),
  );
}

/** «аренду не предлагать», «офис не нужен»: the value is refused after its name. */
const isRefused = (folded: string, end: number): boolean =>
  /^ (?:передумал|отпада|отменя|больше не|уже не|рано(?![а-я])|дорого(?![а-я]))/.test(folded.slice(end, end + 12)) ||
  /^ (?:(?:нам|мне|меня|нас|ничего|просьба|точно|тоже|совсем|вообще|пока|больше|никак|не|совершенно) )*(?<=не )(?:буд(?:ем|у)|подход|присыла|предлага(?:ть|йте|й)|интересу(?:ет|ют)|нуж(?:ен|на|но|ны)|надо|рассматрива(?:ю|ем|ть))(?:ют|ит|ят|йте|й|ть)?(?![а-я])(?! дорог)/.test(
    folded.slice(end, end + 40),
  );

const NOT_DEAL_RENT =
  /арендн[а-я]+ бизнес|арендатор|арендодател|доход от аренды|сдач[а-я]+ в аренду|сдавать в аренду|арендный поток/;

/** An owner who sells or lets is no buyer and no tenant: the words give no deal of a search. */
const OWNER =
  /(?<![а-я])(?:прода(?:ю|м|дим|ем)(?![а-я])|(?:хочу|хотим|хотел[аи]? бы|планирую|нужно|надо|помогите|поможете|возьметесь) (?:срочно |быстро )?прода(?:ть|вать)(?![а-я])|прода(?:ть|жа|жу) (?:мо|сво|наш)[а-я]+|сда(?:ю|м|дим|ем)(?![а-я])(?! в срок)|(?<!(?:что|какие|какой|какое|где|есть|сколько|если|который|которые|которое) (?:[а-я]+ )?)(?:сдается|продается|сдаются|продаются) (?:[а-я]+ )?(?:офис|склад|магазин|помещен|здани|площад|торгов|псн|ангар|кабинет)|(?:хочу|хотим|помогите|поможете|планирую|планируем) сда(?:ть|вать)(?![а-я]))/;

const isOwner = (folded: string): boolean =>
  /сда|прод/.test(folded) && OWNER.test(folded) && !/купи|куплю|купл|покуп|снять|сниму|снимем|арендова/.test(folded);

/** «сейчас снимаем на Вятской, хотим купить»: what is, not what is wanted. */
const isPresent = (folded: string, start: number, end: number): boolean =>
  /снима/.test(folded.slice(start, end)) &&
  (/(?:^|[^а-я])(?:сейчас|пока) (?:мы |я )?$/.test(folded.slice(Math.max(0, start - 16), start)) ||
    /^ (?:сейчас|пока)(?![а-я])/.test(folded.slice(end, end + 8)));

/** «склад не нужен, и магазин тоже». */
const isRefusedToo = (folded: string, start: number, end: number): boolean =>
  /^ тоже(?:[,.!]|$)/.test(folded.slice(end, end + 8)) &&
  / не (?:нуж|интерес|подход|надо|рассматрива)[а-я]*, и (?:[а-я]+ )?$/.test(folded.slice(0, start));

/** «поменяйте офис на магазин»: the value between the verb and «на» is the one that goes. */
const isExchanged = (folded: string, start: number, end: number): boolean =>
  /^ на /.test(folded.slice(end, end + 4)) &&
  /(?:^|[^а-я])(?:поменя|замени|смени|измени|исправ|перепра|переключ|переведи)[а-я]*,? (?:будьте добры,? |мне |нам |пожалуйста |с |тип |цель |сделку )*$/.test(
    folded.slice(Math.max(0, start - 40), start),
  );

/** What the wordings of choices say of one message. */
export interface Choices {
  slots: Slots;
  spans: SlotSpan[];
  /** The client sells or lets premises instead of looking for them. */
  owner: boolean;
}

interface Span {
  start: number;
  end: number;
}

/** The last wording of every choice that is not taken back. */
type Said = ReadonlyMap<Choice<SlotName>, Span>;

const ALL = new PatternIndex<Choice<SlotName>>(
  ([...KINDS, SALE, RENT, ...SIMPLE, ...MODELS] as readonly Choice<SlotName>[]).map((family) => ({
    family,
    pattern: family.pattern,
  })),
  '',
);

function choicesSaid({ folded, words }: Utterance): Said {
  const said = new Map<Choice<SlotName>, Span>();
  ALL.eachMatch(folded, words, (family, start, end) => {
    if (family === RENT && isPresent(folded, start, end)) return;
    if (
      !isTakenBack(folded, start) &&
      !isRefused(folded, end) &&
      !isRefusedToo(folded, start, end) &&
      !isExchanged(folded, start, end)
    )
      said.set(family, { start, end });
  });
  return said;
}

/** «в классе А», «с классом Б», «а класс А»: the letter before the word is no class when one follows. */
const isPreposition = (text: string, folded: string, match: RegExpExecArray): boolean =>
  /^[ваcс] класс/.test(match[0]) &&
  text.charAt(match.index) === folded.charAt(match.index) &&
  /^[а-я]*(?: не ниже| от| не хуже|:| -)?[ -]*["«]?[abcавсб]\+?["»]?(?![а-яa-z])/.test(
    folded.slice(match.index + match[0].length),
  );

/** «B+ или выше», «б и выше». */
const CLASS_AND_ABOVE = /(?<![а-яa-z0-9+])([abcавсб] ?\+?) (?:и|или) (?:выше|лучше)(?![а-я])/g;

/** Best first. */
const CLASSES: readonly EstateClass[] = ['A', 'B+', 'B', 'C'];

/** «класс не ниже B+»: that class and the better ones. */
const atLeast = (wording: string, value: EstateClass): readonly EstateClass[] =>
  /не ниже|не хуже|(?:и|или) (?:выше|лучше)/.test(wording) ? CLASSES.slice(0, CLASSES.indexOf(value) + 1) : [value];

/** «А класса с отделкой»: what the premises come with, no class C. */
const isWith = (folded: string, match: RegExpExecArray): boolean =>
  match[1] === 'с' &&
  /^ [а-я]+(?:ой|ым|им|ом|ем|ей|ью|ами|ями)(?![а-я])/.test(folded.slice(match.index + match[0].length));

function readClasses({ text, folded }: Utterance, out: Choices): void {
  const classes = new Set<EstateClass>();
  if (!/класс|категори|class|[abавб]\+|(?:и|или) (?:выше|лучше)/.test(folded)) return;
  for (const pattern of [CLASS_AND_ABOVE, CLASS, CLASS_BEFORE, CLASS_BARE, CLASS_INSTEAD]) {
    for (const match of folded.matchAll(pattern)) {
      if (REFUSED_CLASS.test(folded.slice(match.index + match[0].length))) continue;
      if (isTakenBack(folded, match.index) || isPreposition(text, folded, match) || isWith(folded, match)) continue;
      const signs =
        match[1] === undefined ? [match[0]] : [match[1], ...(match[2] ?? '').split(/ или | и |,|\/| либо |-/)];
      for (const sign of signs) {
        const value = classOf(sign.replace(/класс[а-я]*|["«»]/g, '').trim());
        if (value) for (const each of atLeast(match[0], value)) classes.add(each);
      }
      if (classes.size > 0) out.spans.push({ slot: 'classes', start: match.index, end: match.index + match[0].length });
    }
  }
  if (classes.size > 0) out.slots.classes = [...classes];
}

/** Slots whose values are words: kind, deal, purpose, class, fit-out, readiness, model. The last wording that stands wins. */
export function readChoices(utterance: Utterance): Choices {
  const { folded } = utterance;
  const out: Choices = { slots: {}, spans: [], owner: isOwner(folded) };
  const said = choicesSaid(utterance);
  if (said.size > 0) {
    readKind(said, out);
    readDeal(folded, said, out);
    readFirst(SIMPLE, said, out);
    readFirst(MODELS, said, out);
  }
  readClasses(utterance, out);
  return out;
}

/** The kind named first is what is looked for («офис рядом с магазином»), unless it was taken back. */
function readKind(said: Said, out: Choices): void {
  let first: (Span & { value: EstateKind }) | undefined;
  for (const kind of KINDS) {
    const span = said.get(kind);
    if (span && (first === undefined || span.start < first.start)) first = { value: kind.value, ...span };
  }
  if (first === undefined) return;
  out.slots.kind = first.value;
  out.spans.push({ slot: 'kind', start: first.start, end: first.end });
}

/** «говорил купить, надо аренда»: of two deals the one that is needed instead. */
function insteadOf(folded: string, sale: Span, rent: Span): Span | undefined {
  const later = sale.start > rent.start ? sale : rent;
  const isNeeded = /[,;.-]\s?(?:а |мне |нам )?(?:надо|нужна|нужно|нужен|правильно|верно)\s(?:было\s)?$/.test(
    folded.slice(Math.max(0, later.start - 24), later.start),
  );
  return isNeeded ? later : undefined;
}

function readDeal(folded: string, said: Said, out: Choices): void {
  const sale = said.get(SALE);
  const rent = said.has(RENT) && NOT_DEAL_RENT.test(folded) ? undefined : said.get(RENT);
  const deal =
    sale && rent
      ? /(?:аренд|снять)[а-я]*,? а |а не (?:аренд|снять)/.test(folded) ||
        /для сдачи|под сдачу|сдавать|(?:потом|затем|чтобы|и) сда(?:м|дим|ть|ю)/.test(folded)
        ? sale
        : insteadOf(folded, sale, rent)
      : (sale ?? rent);
  if (deal === undefined || out.owner) return;
  out.slots.deal = deal === sale ? 'sale' : 'rent';
  out.spans.push({ slot: 'deal', ...deal });
}

/** Of several wordings of one slot the one that stands first in the list wins. */
function readFirst(choices: readonly Choice<SlotName>[], said: Said, out: Choices): void {
  for (const choice of choices) {
    const span = said.get(choice);
    if (span === undefined || out.slots[choice.slot] !== undefined) continue;
    Object.assign(out.slots, { [choice.slot]: choice.value });
    out.spans.push({ slot: choice.slot, ...span });
  }
}

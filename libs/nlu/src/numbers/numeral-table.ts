import type { BareUse, NumeralForm, NumeralKind } from './numeral-form.js';

const TABLE = new Map<string, NumeralForm>();

const add = (words: string, value: number, kind: NumeralKind, extra: Partial<NumeralForm> = {}): void => {
  for (const word of words.split(' ')) {
    if (word === '' || TABLE.has(word)) continue;
    TABLE.set(word, {
      value,
      kind,
      ordinal: false,
      inverts: false,
      bare: 'never',
      denominator: undefined,
      money: false,
      ...extra,
    });
  }
};

const endings = (stem: string, list: string): string =>
  list
    .split(' ')
    .map((ending) => stem + (ending === '-' ? '' : ending))
    .join(' ');

const ADJECTIVE = 'ого ому ым ом ою ыми ой ую ое ые';

const addOrdinal = (stem: string, nominative: string, value: number, kind: NumeralKind): void => {
  add(`${stem}${nominative} ${endings(stem, ADJECTIVE)}`, value, kind, { ordinal: true });
  add(`${stem}ых`, value, kind, { ordinal: true, denominator: 'plural' });
  add(`${stem}ая`, value, kind, { ordinal: true, denominator: 'singular' });
};

// Cardinals and collectives, every case and gender. «одни» means «alone» or «only» and is left out.
add('ноль нуль ноля нуля нолю нулю нолем нулем ноле нуле', 0, 'zero');
add('один одна одно одного одной одному одну одним одною одном', 1, 'unit');
add('два две двух двум двумя двое двоих двоим двоими', 2, 'unit');
add('три трех трем тремя трое троих троим троими', 3, 'unit');
add('четыре четырех четырем четырьмя четверо четверых четверым четверыми', 4, 'unit');
const UNITS: readonly (readonly [number, string, string])[] = [
  [5, 'пят', 'пятер'],
  [6, 'шест', 'шестер'],
  [7, 'сем', 'семер'],
  [9, 'девят', 'девятер'],
];
for (const [value, stem, collective] of UNITS) {
  add(`${endings(stem, 'ь и ью')} ${endings(collective, 'о ых ым ыми')}`, value, 'unit');
}
add('восемь восьми восемью восьмью восьмеро восьмерых восьмерым восьмерыми', 8, 'unit');
add('десять десяти десятью десятеро десятерых десятерым', 10, 'teen');
const TEENS = 'одиннадцат двенадцат тринадцат четырнадцат пятнадцат шестнадцат семнадцат восемнадцат девятнадцат'.split(
  ' ',
);
for (const [index, stem] of TEENS.entries()) {
  add(endings(stem, 'ь и ью'), 11 + index, 'teen');
  addOrdinal(stem, 'ый', 11 + index, 'teen');
}
add('двадцать двадцати двадцатью', 20, 'tens');
add('тридцать тридцати тридцатью', 30, 'tens');
add('сорок сорока', 40, 'tens');
add('пятьдесят пятидесяти пятьюдесятью', 50, 'tens');
add('шестьдесят шестидесяти шестьюдесятью', 60, 'tens');
add('семьдесят семидесяти семьюдесятью', 70, 'tens');
add('восемьдесят восьмидесяти восемьюдесятью восьмьюдесятью', 80, 'tens');
add('девяносто девяноста', 90, 'tens');
add('сто ста', 100, 'hundreds');
add('двести двухсот двумстам двумястами двухстах', 200, 'hundreds');
add('триста трехсот тремстам тремястами трехстах', 300, 'hundreds');
add('четыреста четырехсот четыремстам четырьмястами четырехстах', 400, 'hundreds');
const HUNDREDS: readonly (readonly [number, string, string, string])[] = [
  [500, 'пятьсот', 'пяти', 'пятью'],
  [600, 'шестьсот', 'шести', 'шестью'],
  [700, 'семьсот', 'семи', 'семью'],
  [800, 'восемьсот', 'восьми', 'восемью'],
  [900, 'девятьсот', 'девяти', 'девятью'],
];
for (const [value, nominative, genitive, instrumental] of HUNDREDS) {
  add(`${nominative} ${endings(genitive, 'сот стам стах')} ${instrumental}стами`, value, 'hundreds');
}
add('восьмьюстами', 800, 'hundreds');

// Ordinals.
const ORDINALS: readonly (readonly [string, string, number, NumeralKind])[] = [
  ['нулев', 'ой', 0, 'zero'],
  ['перв', 'ый', 1, 'unit'],
  ['втор', 'ой', 2, 'unit'],
  ['четверт', 'ый', 4, 'unit'],
  ['пят', 'ый', 5, 'unit'],
  ['шест', 'ой', 6, 'unit'],
  ['седьм', 'ой', 7, 'unit'],
  ['восьм', 'ой', 8, 'unit'],
  ['девят', 'ый', 9, 'unit'],
  ['десят', 'ый', 10, 'teen'],
  ['двадцат', 'ый', 20, 'tens'],
  ['тридцат', 'ый', 30, 'tens'],
  ['сороков', 'ой', 40, 'tens'],
  ['пятидесят', 'ый', 50, 'tens'],
  ['шестидесят', 'ый', 60, 'tens'],
  ['семидесят', 'ый', 70, 'tens'],
  ['восьмидесят', 'ый', 80, 'tens'],
  ['девяност', 'ый', 90, 'tens'],
  ['сот', 'ый', 100, 'hundreds'],
  ['двухсот', 'ый', 200, 'hundreds'],
  ['трехсот', 'ый', 300, 'hundreds'],
  ['четырехсот', 'ый', 400, 'hundreds'],
  ['пятисот', 'ый', 500, 'hundreds'],
  ['шестисот', 'ый', 600, 'hundreds'],
  ['семисот', 'ый', 700, 'hundreds'],
  ['восьмисот', 'ый', 800, 'hundreds'],
  ['девятисот', 'ый', 900, 'hundreds'],
  ['тысячн', 'ый', 1e3, 'scale'],
  ['миллионн', 'ый', 1e6, 'scale'],
];
for (const [stem, nominative, value, kind] of ORDINALS) addOrdinal(stem, nominative, value, kind);
add('третий третьего третьему третьим третьем третьей третью третье третьи третьими', 3, 'unit', { ordinal: true });
add('третьих', 3, 'unit', { ordinal: true, denominator: 'plural' });
add('третья', 3, 'unit', { ordinal: true, denominator: 'singular' });
const THOUSANDTHS: readonly (readonly [string, number])[] = [
  ['двух', 2],
  ['трех', 3],
  ['четырех', 4],
  ['пяти', 5],
  ['десяти', 10],
];
for (const [stem, count] of THOUSANDTHS) addOrdinal(`${stem}тысячн`, 'ый', count * 1000, 'half');

// Multipliers. The case decides whether one may stand alone or before its number.
const addScale = (
  words: string,
  value: number,
  bare: BareUse,
  inverts: boolean,
  extra: Partial<NumeralForm> = {},
): void => add(words, value, 'scale', { bare, inverts, ...extra });
const addMasculine = (stem: string, value: number, bare: BareUse, extra: Partial<NumeralForm> = {}): void => {
  addScale(endings(stem, '- у ом е'), value, bare, false, extra);
  addScale(`${stem}а`, value, bare, true, extra);
  addScale(`${stem}ов`, value, 'never', true, extra);
  addScale(endings(stem, 'ы ам ами ах'), value, 'never', false, extra);
};
for (const stem of ['тысяч', 'тыщ', 'тыш', 'тысч', 'тысеч', 'тысич']) {
  addScale(endings(stem, 'а у ей ею ью е'), 1e3, 'always', false);
  addScale(`${stem}и`, 1e3, 'after-preposition', true);
  addScale(`${stem} ${stem}ами`, 1e3, 'never', true);
  addScale(endings(stem, 'ь ам ах'), 1e3, 'never', false);
}
addScale('тыс тысяч', 1e3, 'never', true);
addScale('тр тыр тыра тыру тыров тырок тырами тысруб', 1e3, 'never', false, { money: true });
addScale('тысячонок тысячонки тыщонок тыщенок тысячек', 1e3, 'never', true);
for (const stem of ['миллион', 'милион', 'миллеон', 'мильон', 'миллиён', 'милеон', 'мильен', 'миллон'])
  addMasculine(stem, 1e6, 'always');
for (const stem of ['миллиард', 'милиард', 'миллярд', 'мильярд', 'милльярд']) addMasculine(stem, 1e9, 'always');
for (const stem of ['триллион', 'трилион']) addMasculine(stem, 1e12, 'always');
addScale('млн млн-ов мил милл мл', 1e6, 'never', true);
addScale('mln mio', 1e6, 'never', true);
addScale('млрд mlrd bln', 1e9, 'never', true);
addScale('трлн', 1e12, 'never', true);
addMasculine('лям', 1e6, 'always', { money: true });
addScale('лямчик лямчика лямчиков', 1e6, 'always', true, { money: true });
addMasculine('лимон', 1e6, 'after-preposition', { money: true });
addMasculine('мульт', 1e6, 'after-preposition', { money: true });
addMasculine('ярд', 1e9, 'after-preposition', { money: true });
addMasculine('арбуз', 1e9, 'never', { money: true });
addScale('косарь косаря косарю', 1e3, 'always', true, { money: true });
addScale('косарей', 1e3, 'never', true, { money: true });
addScale('косари косарям', 1e3, 'never', false, { money: true });
addScale('кусков куска кусок', 1e3, 'never', false, { money: true });
addScale('кк kk', 1e6, 'never', false, { money: true });

const addGroup = (words: string, value: number, bare: BareUse, inverts = false): void =>
  add(words, value, 'group', { bare, inverts });
addGroup('сотня сотню сотней сотнею сотне', 100, 'always');
addGroup('сотни', 100, 'after-preposition', true);
addGroup('сотен', 100, 'never', true);
addGroup('сотням сотнями сотнях', 100, 'never');
addGroup('десяток десятку десятком десятке десяточек', 10, 'always');
addGroup('десятка', 10, 'after-preposition', true);
addGroup('десятков', 10, 'never', true);
addGroup('десятки десяткам десятками десятках', 10, 'never');
addGroup('дюжина дюжину дюжиной дюжине', 12, 'always');
addGroup('дюжины', 12, 'after-preposition', true);
addGroup('дюжин дюжинам дюжинами дюжинах', 12, 'never', true);

// Halves and slang for round sums.
add('полтора полторы полутора', 1.5, 'half');
add('полтораста полутораста', 150, 'half');
add('полста полсотни полусотни', 50, 'half');
add('полдюжины', 6, 'half');
add('полдесятка', 5, 'half');
for (const half of ['пол', 'полу']) {
  for (const [words, value] of [
    ['тысячи тыщи', 500],
    ['миллиона милиона мильона ляма лимона мульта', 5e5],
    ['миллиарда милиарда ярда', 5e8],
  ] as const) {
    for (const word of words.split(' ')) add(half + word, value, 'half', { money: value >= 1e5 });
  }
}
add('полтинник полтинника полтиннику полтинником полтос', 50, 'half');
add('стольник стольника', 100, 'half');
add('пятихатка пятихатку пятихатки', 500, 'half');
add('целых целая целые целую целой', 0, 'whole');
add('половина половины половину половиной половине', 0.5, 'part');
add('треть третью', 1 / 3, 'part');
add('трети третей', 1 / 3, 'part', { denominator: 'plural' });
add('четверть четвертью', 0.25, 'part');
add('четверти четвертей', 0.25, 'part', { denominator: 'plural' });

// Frequent misspellings and spoken forms further than one edit away, or too short to correct safely.
add('адин', 1, 'unit');
add('пидесят пидисят писят пиисят пийсят пиисят полтиник', 50, 'tens');
add('шисят шисят шейсят шесят шесдесят шездесят', 60, 'tens');
add('семисят семдисят семсят', 70, 'tens');
add('восимсят восемсят восемдисят', 80, 'tens');
add('восим', 8, 'unit');
add('пицот', 500, 'hundreds');
add('шисот шессот', 600, 'hundreds');
add('тыщща', 1000, 'scale', { bare: 'always' });
add('двацать двацати тваццать двадцеть', 20, 'tens');
add('трицать трицати', 30, 'tens');
add('сорак', 40, 'tens');
add('четыри чотыре четыря', 4, 'unit');
add('симь', 7, 'unit');
add('полтара полтары палтора', 1.5, 'half');

/** The closed table of inflected numeral words, `ё` folded to `е`, lower case. */
export const NUMERALS: ReadonlyMap<string, NumeralForm> = TABLE;

import { ConceptLexicon } from '../learning/concept-lexicon.js';
import { NUMERALS } from '../numbers/numeral-table.js';
import { longestAt } from '../places/gazetteer.js';
import type { Utterance } from '../utterance/utterance.js';

/** What clients speak of when they step back, put an answer right, or only use the same words for something else. */
const LEXICON = new ConceptLexicon({
  backward: 'назад- обратно взад вспять back обратка назат нозад нзад назд задн- раньше ранее',
  return:
    'верн- возвра- верта- ворот- откат- откач- откин- отмот- отмат- перемот- перемат- отлист- листн- отойд- отойти отступ- отъед- роллб- ролбек- undo анду ундо реверс- rollback prev previous сдай сдаем сдаю вренись вирн- вирнис-',
  cancel:
    'отмен- отмена аннулир- сброс- сбрось убер- убра- удал- сотр- стер- стира- зачеркн- вычеркн- забуд- забыть отзов- отбой выкин- считать ctrl контрол- контрл-',
  again:
    'снова заново повтор- еще переспр- переотв- перевыб- перезада- переигр- перегол- иначе опять перепрой- передела- спроси- задай- задать дубль',
  preceding: 'предыдущ- предидущ- пред предыд прошл- прежн- последн- предшеств- прошедш- выше',
  stage: 'вопрос- шаг- шаж- пункт- этап- экран- ответ- выбор- ход стади- step question ввод действи- анкет-',
  press:
    'наж- ткн- тык- клик- промах- промаз- клац- жмак- тап- мимо случайн- нечаян- кнопк- кнопоч- соскоч- соскольз- дрогн- мискл- миссклик- missclick misclick пальц- палец туда щелк- попал-',
  error:
    'ошиб- опечат- очепят- перепут- напут- попут- неверн- неправ- погоряч- накосяч- облаж- описа- описк- оговор- совра- наврал- поторопил- поспешил- лишн- пропуст- автозамен- т9 путал- путать неточн- криво лажан- косяк- обсчит- обманул- промахн-',
  change:
    'измен- поменя- смен- замен- исправ- поправ- коррект- скоррект- отредакт- передум- подправ- переправ- перепиш- перепис- обнов- уточн- увелич- уменьш- урез- расшир- подним- сниз- вырос- сократ-',
  put: 'поставь- ставь- запиш- запис- укаж- впиш- внес- добав- сделай- возьм-',
  said: 'сказа- говори- написа- писал- указа- имел- выбра- ответи- ляпнул- назва- набра- вписа- ввел- вводи- отправи- поставил- отмети- стоит прозвуча- упомян-',
  not: 'не нет ни неа нету',
  contrast:
    'а вместо лучше таки всетаки теперь вообще точнее вернее оказывается скорее хотя самом должн- правильно верная верный верно нужна нужен нужно надо',
  slot: 'площад- метраж- квадратур- размер- бюджет- цен- стоимост- сумм- ставк- район- округ- мест- местополож- локаци- метро станци- адрес- класс- этаж- отделк- ремонт- срок- готовност- тип- назначени- сделк- расстояни- удаленност- телефон- номер- имя имени фамили- почт- параметр- критери- фильтр- данн- ндс мап цель цели услови- запрос-',
  value:
    'офис- склад- магазин- торгов- ритейл- стрит- аренд- снять снимат- сниму снимаем купить куплю покуп- купл- продаж- инвестиц- инвест- себя цао сао свао вао ювао юао юзао зао сзао центр- готов- стро- шелл- чистов- сдачу',
  unit: 'метр- м м2 кв квадрат- млн миллион- лям- тыс- тысяч- руб- рубл- процент- минут- соток гектар-',
  money:
    'деньг- денег аванс- депозит- задат- залог- предоплат- платеж- комисси- налог- переплат- вложен- инвестиций капитал- средств- долг- льгот-',
  thing:
    'ключ- документ- договор- лот- вариант- объект- здани- помещени- планировк- собственник- арендатор- арендодат- владел- менеджер- брокер- застройщик- клиент- фото презентац- паркинг- парковк- лифт- вентиляц- вход- двор- потолк- окн- колонн- рампа сайт- парол- бц дом- встреч- показ- просмотр- брон- звон- перезвон- позвон- товар- озон вайлдберр- пвз рынок рынк-',
  time: 'год- лет месяц- недел- завтра вечер- потом после позже утр- день дня дней час- квартал- полгода вчера давно скоро праздник- отпуск-',
  asking: 'что кто где когда почему зачем какой какая какие какое сколько ли чем чей куда откуда есть можно как бывает',
  wish: 'давай- хочу хотел- хотим прошу дай дайте мне нельзя будьте позвольте разреши-',
  oops: 'ой упс блин черт стоп погод- подожд- постой- стой- тьфу сорри сорян извин- прост- елки ай эх млин простите',
  that: 'тот ту том тому того то этот этого этим это был была было',
});

/** A message without any of these is a plain answer or a request of its own. */
const TELLING: ReadonlySet<string> = new Set(
  'backward return cancel again preceding stage press error change put said not contrast oops that name'.split(' '),
);

/** Whether anything in a message may be a step back or a correction. */
export const mayGoBack = (mentions: readonly ConceptMention[]): boolean =>
  mentions.some(({ concept }) => TELLING.has(concept));

/** Words that only soften or open a message. */
const FILLERS = new Set(
  'ну вот же ж пожалуйста плиз плз pls please слушай слушайте бот брат уважаемый здравствуйте привет бы ка и я мы вы ты меня нас вас тут там так уж прям просто к на в с по у о об'.split(
    ' ',
  ),
);

/** What one word or name of a message is about. */
export interface ConceptMention {
  /** A concept of the lexicon; `#` a figure, `place` a station or district, `name` a capital inside a sentence, `other` the rest. */
  concept: string;
  afterPause: boolean;
}

/** The concepts of a message in order, without its fillers; the words of one place are one mention. */
export function conceptsOf({ words }: Utterance): ConceptMention[] {
  const mentions: ConceptMention[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word) break;
    const { form, afterPause } = word;
    if (form.charCodeAt(0) <= 57 || (NUMERALS.get(form)?.value ?? 0) > 1) {
      mentions.push({ concept: '#', afterPause });
      continue;
    }
    const meant = LEXICON.of(form);
    const place = form.length > 3 ? longestAt(words, i) : undefined;
    const isPlace =
      place !== undefined &&
      (!place.entry.weakStation || word.capital) &&
      (meant === undefined || place.entry.station !== undefined);
    if (isPlace) {
      mentions.push({ concept: 'place', afterPause });
      i += place.length - 1;
    } else if (meant !== undefined) mentions.push({ concept: meant, afterPause });
    else if (!FILLERS.has(form)) mentions.push({ concept: word.capital && i > 0 ? 'name' : 'other', afterPause });
  }
  return mentions;
}

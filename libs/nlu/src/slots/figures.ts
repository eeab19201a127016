import type { Entity } from '../entities/entity.js';
import type { Quantity, Slots, UnderstandingContext } from '../types.js';
import type { Utterance } from '../utterance/utterance.js';
import { describe } from './figure-description.js';
import { FigureReader, MODEL } from './figure-reader.js';
import { completes, crowns, isReplaced, spreads } from './figure-sequence.js';
import type { Figures } from './figure-slots.js';
import { isDismissed } from './figure-surroundings.js';
import { readQuarter, readSchedule } from './schedule.js';

/** A message with more figures than this is a table, not an answer; the bound keeps reading time short. */
const MOST_FIGURES = 32;

/** Puts figures into slots by unit, by the words around them and, as a last resort, by what the bot has just asked. */
export function readFigures(
  utterance: Utterance,
  quantities: readonly Quantity[],
  entities: readonly Entity[],
  words: Slots,
  context: UnderstandingContext = {},
): Figures {
  const { folded } = utterance;
  const usable = quantities.filter((quantity) => quantity.end <= folded.length).slice(0, MOST_FIGURES);
  const reader = new FigureReader(utterance, context, words, usable.length === 1 && utterance.words.length <= 2);
  for (const [i, quantity] of usable.entries()) {
    const next = usable[i + 1];
    if (isReplaced(folded, quantity, next)) {
      // The replaced figure still says what its replacement is about: «площадь не 100, а 150».
      continue;
    }
    const previous = usable[i - 1];
    if (previous !== undefined && spreads(folded, previous, quantity)) {
      const { unit, min = 0, start } = previous;
      const by = quantity.max ?? 0;
      reader.read(
        { unit, min: min - by, max: min + by, start, end: quantity.end },
        previous.end,
        next?.start ?? folded.length,
      );
      continue;
    }
    const replaces = previous !== undefined && isReplaced(folded, previous, quantity);
    const from = previous === undefined ? 0 : replaces ? (usable[i - 2]?.end ?? 0) : previous.end;
    // «второй этаж отменяется, ставьте четвёртый»
    const takesPlace = previous?.unit === 'floor' && isDismissed(folded, previous);
    const isCeiling = previous !== undefined && crowns(folded, previous, quantity);
    const inherits =
      replaces || isCeiling || takesPlace || (previous !== undefined && completes(folded, previous, quantity));
    const unit = inherits && quantity.unit === 'none' ? previous.unit : quantity.unit;
    const stated = isCeiling ? { ...quantity, unit, min: previous.min } : { ...quantity, unit };
    reader.read(stated, from, next?.start ?? folded.length);
    if (quantity.readings && quantity.readings.length > 1)
      reader.out.ambiguities.push({
        slot: 'quantity',
        start: quantity.start,
        end: quantity.end,
        options: quantity.readings.map((reading) => describe(reading.min, reading.max, reading.unit)),
      });
  }
  readKilometre(folded, reader.out);
  readNoVat(utterance, reader.out, context);
  readSchedule(folded, quantities, entities, reader.out);
  readQuarter(folded, entities, reader.out, context.expects === 'readiness');
  return reader.out;
}

/** «без ндс», «ндс не облагается»: said alone or where a model is spoken of; beside a rent it only describes the rent. */
function readNoVat({ folded, words }: Utterance, out: Figures, { expects }: UnderstandingContext): void {
  if (!folded.includes('ндс') || out.slots.vatPercent !== undefined) return;
  const said =
    /(?:без|не плательщик|освобожден[а-я]* от|не облагается|нет) ндс|ндс (?:нет|не облагается|ноль|не плачу|не платим)/.exec(
      folded,
    );
  if (said === null || !(expects === 'vatPercent' || words.length <= 4 || MODEL.test(folded))) return;
  out.slots.vatPercent = 0;
  out.spans.push({ slot: 'vatPercent', start: said.index, end: said.index + said[0].length });
}

const KILOMETRE = /(?:до|не больше|не более|не дальше|дальше|в пределах|максимум|около) километра(?![а-я])/;

/** «не больше километра пешком»: one, with no number said. */
function readKilometre(folded: string, out: Figures): void {
  const said = /километра/.test(folded) && out.slots.walkMeters === undefined ? KILOMETRE.exec(folded) : null;
  if (said === null || !/метро|станци|пеш/.test(folded)) return;
  out.slots.walkMeters = 1000;
  out.spans.push({ slot: 'walkMeters', start: said.index, end: said.index + said[0].length });
}

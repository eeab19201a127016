import type { FormDefinition } from './question.js';

/** How clients call the answers they want to change: «поменять район», «телефон». */
const NAMES: Readonly<Record<string, RegExp>> = {
  deal: /сделк|аренд\p{L}*\s+или/iu,
  purpose: /цель/iu,
  kind: /тип|помещени|вид\s+объект/iu,
  place: /район|мест|округ|метро|станци|локаци|где/iu,
  station: /метро|станци/iu,
  walk: /до\s+метро|пешком|расстояни/iu,
  area: /площад|метраж/iu,
  budget: /бюджет|цен|стоимост/iu,
  price: /цен|стоимост/iu,
  class: /класс/iu,
  readiness: /готовност|срок|ввод/iu,
  fitOut: /отделк/iu,
  model: /модел/iu,
  rent: /мап|арендн/iu,
  payments: /график|плат[её]ж|рассрочк/iu,
  vat: /ндс|налог/iu,
  name: /имя|зовут/iu,
  phone: /телефон|номер/iu,
  time: /врем|когда/iu,
  comment: /коммент/iu,
};
/** A longer text says more than the name of an answer. */
const WORDS = 4;

/** The step a short text names without answering it; undefined = none or several. */
export function namedStep(definition: FormDefinition, text: string): string | undefined {
  if (text.trim().split(/\s+/u).length > WORDS || /\?\s*$/u.test(text)) return undefined;
  const steps = definition.questions
    .filter(({ wish }) => !wish)
    .map(({ step }) => step)
    .filter((step) => NAMES[step]?.test(text));
  // «До метро» names the walk, which is narrower than the station.
  const [only] = steps.includes('walk') ? ['walk'] : steps;
  return steps.length === 1 || steps.includes('walk') ? only : undefined;
}

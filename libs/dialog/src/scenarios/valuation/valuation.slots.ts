import type { JsonObject } from '#libs/chats';
import { classAnswer, walkAnswer } from '../../form/direct-answer.js';
import type { FormDefinition } from '../../form/question.js';
import { formatArea, formatMeters, nominalArea } from '../../ru-format.js';
import type { FormSlots } from '../../state.js';
import { DEAL_WORDS, KIND_WORDS } from '../../vocabulary.js';

export const VALUATION_FORM: FormDefinition = {
  confirmPhrase: 'valuation.confirm',
  questions: [
    {
      step: 'kind',
      label: 'Что оцениваем',
      slots: ['kind'],
      expects: 'kind',
      phrase: () => 'valuation.ask.kind',
      show: ({ kind }) => kind && KIND_WORDS[kind],
    },
    {
      step: 'station',
      label: 'Метро',
      slots: ['stations'],
      expects: 'place',
      // The walk was to the old station.
      resets: ['walkMeters'],
      phrase: () => 'valuation.ask.station',
      show: ({ stations }) => stations?.[0],
    },
    {
      step: 'walk',
      label: 'До метро',
      slots: ['walkMeters'],
      expects: 'walkMeters',
      read: walkAnswer,
      misreadAs: ['areaMin', 'areaMax'],
      phrase: () => 'valuation.ask.walk',
      show: ({ walkMeters }) => (walkMeters === undefined ? undefined : formatMeters(walkMeters)),
    },
    {
      step: 'area',
      label: 'Площадь',
      slots: ['areaMin', 'areaMax'],
      expects: 'area',
      phrase: () => 'valuation.ask.area',
      show: (slots) => {
        const area = nominalArea(slots);
        return area === undefined ? undefined : formatArea(area);
      },
    },
    {
      step: 'class',
      label: 'Класс',
      slots: ['classes'],
      expects: 'classes',
      read: classAnswer,
      phrase: () => 'valuation.ask.class',
      show: ({ classes }) => classes?.[0],
    },
    {
      step: 'deal',
      label: 'Что считаем',
      slots: ['deal'],
      expects: 'deal',
      phrase: () => 'valuation.ask.deal',
      show: ({ deal }) => deal && (deal === 'rent' ? DEAL_WORDS.rent : 'продажа'),
    },
  ],
};

/** Payload of the `valuation` job; called only when every question is answered. */
export function valuationRequest(slots: FormSlots): JsonObject {
  const { kind = 'office', deal = 'sale', classes, stations, walkMeters = 0 } = slots;
  return {
    kind,
    deal,
    class: classes?.[0] ?? 'B',
    station: stations?.[0] ?? '',
    walkMeters,
    area: nominalArea(slots) ?? 0,
    ...(slots.fitOut ? { fitOut: slots.fitOut } : {}),
  };
}

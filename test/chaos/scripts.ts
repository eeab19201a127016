/** What a scripted client does at one step of its conversation. */
export type Act = { text: string } | { button: string };

const PLACES = ['Павелецкой', 'Белорусской', 'Курской', 'Таганской'];

/** How many different conversations there are: a state that strays into another chat shows in its replies. */
export const SCRIPTS = PLACES.length;

/** The conversation of a script: request, budget, edit by buttons, correction in words, another place. */
export function script(number: number): Act[] {
  return [
    { text: `хочу снять офис метров ${100 + 10 * number} у ${PLACES[number]}` },
    { text: `до ${number + 2} миллионов в месяц` },
    { button: 'search.edit' },
    { button: 'search.edit:budget' },
    { text: `до ${number + 3} миллионов в месяц` },
    { text: `ой, площадь не ${100 + 10 * number} а ${200 + 10 * number}` },
  ];
}

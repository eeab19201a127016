/** Words that lead to the name of a place. */
export const METRO = new Set(['метро', 'м', 'станция', 'станции', 'станцию', 'станцией', 'ст', 'мцк', 'мцд', 'метр']);
export const NEAR = new Set([
  'у',
  'около',
  'возле',
  'близ',
  'рядом',
  'вблизи',
  'недалеко',
  'поблизости',
  'от',
  'до',
  'к',
  'напротив',
  'вокруг',
  'над',
]);
export const ON = new Set(['на', 'с', 'со', 'по']);
export const IN = new Set(['в', 'во']);
export const DISTRICT_WORD = /^(?:район|округ|р)[а-я]*$/;

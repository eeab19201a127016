import { objectsPhrase } from './object-words.js';
import type { SeenPicture } from './photo-state.js';
import { factsPhrase, quoted } from './picture-facts.js';

/** Read text shown of one picture. */
const TEXT_LIMIT = 160;

const KINDS: Record<SeenPicture['kind'], string> = {
  photo: 'Это фотография.',
  plan: 'Это план помещения.',
  document: 'Это документ или объявление.',
  other: 'Похоже, это не фото помещения, не план и не документ.',
  unknown: 'Не могу уверенно сказать, что на картинке.',
};

/** One picture in words: what it is, what is seen, what was read, what looks like it. */
export function pictureSummary(picture: SeenPicture): string {
  const { kind, problem, isRepeat, estates, missing, isElsewhere } = picture;
  if (problem !== undefined) return problem;
  const [estate] = estates;
  // What a drawing of a building resembles says more than what it is not.
  const isSaidByRest = kind === 'unknown' ? missing.includes('classify') : kind === 'other' && estate !== undefined;
  const sentences = [
    isSaidByRest ? '' : KINDS[kind],
    isRepeat ? 'Такую картинку вы уже присылали.' : '',
    seenWords(picture),
    kind === 'photo' && isElsewhere && estate === undefined ? 'Похоже, помещения на снимке нет.' : '',
    readWords(picture),
    estate ? `Похоже на «${estate.name}» из нашего каталога.` : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
  return sentences === '' ? KINDS.unknown : sentences;
}

/** Several pictures are told one a line. */
export function picturesSummary(pictures: readonly SeenPicture[]): string {
  if (pictures.length === 1) return pictures.map(pictureSummary).join('');
  return pictures.map((picture, index) => `${index + 1}. ${pictureSummary(picture)}`).join('\n');
}

/** Whether something about the picture could not be told for the house's own lack. */
export function lacksSomething({ kind, missing }: SeenPicture): boolean {
  if (missing.includes('ocr')) return true;
  return missing.includes('detect') || (missing.includes('classify') && kind === 'unknown');
}

/** Nothing to look with was there, and nothing was found by other means. */
export function sawNothing({ kind, missing, problem, estates, text = '', objects = {} }: SeenPicture): boolean {
  const isBlind = kind === 'unknown' && missing.includes('classify') && problem === undefined;
  return isBlind && estates.length === 0 && text.trim() === '' && Object.keys(objects).length === 0;
}

function seenWords({ kind, objects, missing }: SeenPicture): string {
  if (missing.includes('detect')) return 'Назвать предметы на снимке пока не могу.';
  if (!objects) return '';
  const phrase = objectsPhrase(objects);
  if (phrase === '' && kind === 'unknown') return '';
  return phrase === '' ? 'Знакомых предметов на снимке не нашёл.' : `Вижу: ${phrase}.`;
}

function readWords({ kind, text, facts = {}, missing }: SeenPicture): string {
  if (missing.includes('ocr')) return 'Прочитать текст пока не могу.';
  if (text === undefined) return '';
  const line = quoted(text, TEXT_LIMIT);
  if (!/[\p{L}\d]{2}/u.test(line)) return kind === 'unknown' ? '' : 'Текста на картинке не разобрал.';
  // Facts are asked about next; the text around them says where they come from.
  return factsPhrase(facts) === '' ? `Прочитал: «${line}». Цифр о помещении не нашёл.` : `Прочитал: «${line}».`;
}

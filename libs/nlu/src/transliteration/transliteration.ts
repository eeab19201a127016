/** A Latin message written out in Cyrillic, with the way back to its offsets. */
export interface Transliteration {
  text: string;
  /** The offset in the original of an offset in {@link text}. */
  toOriginal(offset: number): number;
}

const CLUSTERS: readonly (readonly [string, string])[] = [
  ['ploshad', 'площад'],
  ['shch', 'щ'],
  ['sch', 'щ'],
  ['sh', 'ш'],
  ['ch', 'ч'],
  ['zh', 'ж'],
  ['kh', 'х'],
  ['ts', 'ц'],
  ['yo', 'е'],
  ['yu', 'ю'],
  ['ju', 'ю'],
  ['ya', 'я'],
  ['ja', 'я'],
];
const LETTERS = 'абцдефгхийклмнопкрстуввхыз';

/** Words that show a Latin message to be Russian; one is enough, English words of the trade are not among them. */
const TELLTALE =
  /(?<![a-z])(?:ho(?:ch|t)(?:u|im)|xochu|khochu|sn(?:ya|ia|ja)t|snimu|snimem|kup(?:lyu|lu|it|im)|ofis[a-z]*|sklad[a-z]*|magazin[a-z]*|arend[a-z]*|pomeshch?en[a-z]*|nuzh?(?:en|na|no)|ishch?(?:u|em)|isch(?:u|em)|metrov|kvadratov|tysyach|tys|rubl(?:ey|ej)|u metro|ryadom|otsen[a-z]*|poschita[a-z]*|byudzhet|bud?zhet|nazad|vern(?:i|ite|ites|is|ut|utsya)|otmen(?:i|it|ite|yay|a)|pred[iy]du[a-z]*|vopros[a-z]*|posledn[a-z]+|pozh?al[a-z]+|mozhno|dava[jiy](?:te)?|nado|knopk[a-z]+|oshib[a-z]+|plosh(?:ch)?ad[a-z]*|sta[nt][tc]i[yi][a-z]*|drug(?:oy|aya|oi|oe)|pokupk[a-z]*|sto|dvest[iy]|trista|metr(?:a|y|ov|ah)|kvadrat[a-z]*|mne|skolko|kogda|gde|yest|eto|menya|vmesto|prodam|sdam|pozov[a-z]+|menedzher[a-z]*)(?![a-z])/;

/** The Cyrillic spelling of a message in Latin letters that is recognisably Russian («hochu snyat ofis»); else undefined. */
export function transliterated(original: string): Transliteration | undefined {
  if (!/[a-z]/i.test(original) || /[а-яё]/i.test(original) || original.length > 500) return undefined;
  const latin = original.toLowerCase();
  if (latin.length !== original.length || !TELLTALE.test(latin)) return undefined;
  const origins: number[] = [];
  let text = '';
  for (let i = 0; i < latin.length; ) {
    const cluster = CLUSTERS.find(([letters]) => latin.startsWith(letters, i));
    const code = latin.charCodeAt(i) - 97;
    const iotated = (latin[i] === 'y' || latin[i] === 'j') && /[aeiouy]/.test(latin[i - 1] ?? '');
    const letter = cluster?.[1] ?? (iotated ? 'й' : code >= 0 && code < 26 ? LETTERS.charAt(code) : latin.charAt(i));
    origins.push(i);
    text += letter;
    i += cluster?.[0].length ?? 1;
    // The soft sign of an infinitive has no letter in Latin: «snyat», «kupit».
    if (
      /(?:^|[^а-я])(?:снят|купит|арендоват|посчитат|оценит|вернут|отменит|поменят|изменит|исправит|верни(?:те)?с)$/.test(
        text,
      ) &&
      !/[a-z]/.test(latin[i] ?? '')
    ) {
      origins.push(i);
      text += 'ь';
    }
  }
  origins.push(latin.length);
  return { text, toOriginal: (offset) => origins[Math.min(offset, origins.length - 1)] ?? latin.length };
}

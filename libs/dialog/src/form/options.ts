import type { Button } from '#libs/chats';
import type { Understanding } from '#libs/nlu';
import type { FormName } from '../node-names.js';
import type { Turn } from '../turn.js';

/** Letters a station and what was typed must share. */
const LIKE_LETTERS = 2;
/** Options shown at once. */
const OPTIONS_OFFERED = 4;
/** A longer text is not the name of a station. */
const STATION_WORDS = 4;

/** An answer with several readings is asked, never guessed; false = it has one. */
export function offerReadings(turn: Turn, form: FormName, reading: Understanding): boolean {
  const options = reading.ambiguities.find((each) => each.options.length > 1)?.options.slice(0, OPTIONS_OFFERED);
  if (!options) return false;
  turn.state.choice = { scenario: form, options };
  turn.state.misses = 0;
  turn.say('dialog.choose', {}, { buttons: optionButtons(form, options) });
  return true;
}

/** Instead of a first miss: names of stations like the unknown one; false = none is like it. */
export async function offerStations(turn: Turn, form: FormName, text: string): Promise<boolean> {
  if (turn.state.misses > 0 || text.trim().split(/\s+/u).length > STATION_WORDS) return false;
  const closest = await turn.deps.closestStations(text);
  const options = closest.filter((name) => isLike(name, text)).slice(0, OPTIONS_OFFERED);
  if (options.length === 0) return false;
  turn.state.choice = { scenario: form, options, isStation: true };
  turn.state.misses += 1;
  turn.say('dialog.stationClosest', {}, { buttons: optionButtons(form, options) });
  return true;
}

/** Numbered buttons for options; a payload of names would not fit Telegram's 64 bytes. */
export function optionButtons(form: FormName, options: readonly string[]): Button[] {
  return options.map((text, index) => ({ text, payload: `${form}.pick:${index}` }));
}

/** A name worth offering starts like some word of the text; «искать» is not «ЦСКА». */
function isLike(name: string, text: string): boolean {
  const start = name.toLowerCase().replaceAll('ё', 'е').slice(0, LIKE_LETTERS);
  return (
    text
      .toLowerCase()
      .replaceAll('ё', 'е')
      .match(/\p{L}+/gu) ?? []
  ).some((word) => word.startsWith(start));
}

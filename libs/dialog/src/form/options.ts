import type { Button } from '#libs/chats';
import type { Understanding } from '#libs/nlu';
import type { FormName } from '../node-names.js';
import type { Turn } from '../turn.js';

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
  const options = (await turn.deps.closestStations(text)).slice(0, OPTIONS_OFFERED);
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

import type { Turn } from '../../turn.js';
import type { TextStimulus } from '../scenario.js';

/** The line that a channel leaves in place of a file it could not take. */
const NOTE = /^\[Файл «(?<name>.{1,150}?)» не получен: (?<reason>.{1,200}?)\]$/gmu;

/** Takes such lines off the text and says which files did not come and why; false = there are none. */
export function tellFilesNotReceived(turn: Turn, stimulus: TextStimulus): boolean {
  const notes = [...stimulus.text.matchAll(NOTE)];
  if (notes.length === 0) return false;
  stimulus.text = stimulus.text.replace(NOTE, '').trim();
  turn.remember('client', '[файл не получен]');
  const files = notes.map(({ groups }) => `«${groups?.name}»: ${groups?.reason}`);
  turn.say('photo.notReceived', { files: files.join('; ') });
  return true;
}

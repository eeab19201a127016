import { buffer } from 'node:stream/consumers';
import type { FileStore } from '#libs/platform';
import { LABEL_SETS, type LabelSet, type LabelStore } from '../../labels/label-store.js';
import type { FeatureReader } from './feature-reader.js';
import type { Example } from './logistic-regression.js';

/** Features of the pictures people labelled; files that are gone or can no longer be read are counted and left out. */
export async function labelledExamples(
  set: LabelSet,
  store: Pick<LabelStore, 'settled'>,
  files: Pick<FileStore, 'open'>,
  reader: Pick<FeatureReader, 'features'>,
): Promise<{ examples: Example[]; unreadable: number }> {
  const labels: readonly string[] = LABEL_SETS[set];
  const examples: Example[] = [];
  let unreadable = 0;
  for (const { fileId, label } of await store.settled(set)) {
    const opened = await files.open(fileId);
    try {
      if (!opened) throw new Error('the file is gone');
      examples.push({ features: await reader.features(await buffer(opened.stream)), label: labels.indexOf(label) });
    } catch {
      unreadable += 1;
    }
  }
  return { examples, unreadable };
}

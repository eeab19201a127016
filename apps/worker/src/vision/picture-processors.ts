import type { Catalogue } from '#libs/estates';
import type { OpenedPlatform } from '#libs/platform';
import { openEngine } from './open-engine.js';
import { PictureSource } from './picture-source.js';
import { visionProcessors } from './vision-processors.js';

/** What looks at pictures: the engine, warmed in the background, and the jobs it does. Closed with the process. */
export function openPictureProcessors(
  platform: OpenedPlatform,
  catalogue: Catalogue,
  readiness: 'required' | 'optional',
): ReturnType<typeof visionProcessors> {
  const { vision, photos } = openEngine(platform, catalogue, readiness);
  return visionProcessors({ engine: vision, source: new PictureSource(platform.files), photos });
}

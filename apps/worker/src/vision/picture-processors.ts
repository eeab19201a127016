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
): { processors: ReturnType<typeof visionProcessors>; warm: Promise<void> } {
  const { vision, warm, photos } = openEngine(platform, catalogue, readiness);
  const processors = visionProcessors({ engine: vision, source: new PictureSource(platform.files), photos });
  return { processors, warm };
}

import { describe, expect, it } from 'vitest';
import type { ImageKind } from '../analysis.js';
import { encoder, scene } from '../image/fixture-pictures.js';
import type { Raster } from '../image/raster.js';
import type { ModelRunner } from '../models/model-runner.js';
import { openVision } from '../vision.js';
import { Backbone } from './backbone.js';
import { fitOutShortfall, ProbeFitOutClassifier, ProbeNotFitError } from './fit-out-classifier.js';
import { ProbeClassifier } from './probe-classifier.js';
import type { ProbeFile } from './probe-file.js';

const VERSION = 'backbone@0123456789ab';
const SCORE = {
  examples: 120,
  accuracy: 0.85,
  byLabel: { shell: 0.9, partial: 0.7, ready: 0.9 },
  answered: 0.7,
  accuracyOfAnswered: 0.95,
  calibrationError: 0.05,
};
const probe = (
  heldOut: Partial<ProbeFile['provenance']['heldOut']> = {},
  over: Partial<ProbeFile> = {},
): ProbeFile => ({
  labels: ['shell', 'partial', 'ready'],
  backbone: VERSION,
  temperature: 1,
  threshold: 0.75,
  bias: [0, 0, 0],
  weights: [
    [4, 0],
    [0, 4],
    [0, 0],
  ],
  provenance: { script: '', data: '', examples: 120, heldOut: { ...SCORE, ...heldOut } },
  ...over,
});

/** The probe over a backbone that sees these features in every picture. */
function classifier(features: number[], file = probe(), backboneVersion = VERSION): ProbeFitOutClassifier {
  const runner: ModelRunner = {
    version: () => backboneVersion,
    run: async () => ({
      features: { data: Float32Array.from(features), dims: [1, features.length] },
      unsafe: { data: new Float32Array(5), dims: [1, 5] },
    }),
    close: async () => {},
  };
  const input = { name: 'image', layout: 'NCHW' as const, width: 4, height: 4, mean: [0, 0, 0], std: [1, 1, 1] };
  return new ProbeFitOutClassifier(
    new ProbeClassifier(new Backbone(runner, { id: 'backbone', input }), file, 'probe@1'),
  );
}

describe(fitOutShortfall.name, () => {
  it('lets a probe answer that was right often enough, of every label', () => {
    expect(fitOutShortfall(probe())).toBeNull();
    expect(fitOutShortfall(probe({ accuracy: 0.8 }))).toBeNull();
  });

  it.each([
    ['accuracy', probe({ accuracy: 0.799 }), /held-out accuracy is 79\.9 %, 80\.0 % are needed/],
    ['one label', probe({ byLabel: { shell: 1, partial: 0.5, ready: 1 } }), /"partial".* 50\.0 %, 60\.0 %/],
    ['a label nobody counted', probe({ byLabel: { shell: 1, ready: 1 } }), /"partial".* 0\.0 %/],
    ['too few pictures', probe({ examples: 89 }), /89 pictures of 90/],
    ['no number', probe({ accuracy: Number.NaN }), /held-out accuracy/],
    ['other labels', probe({}, { labels: ['shell', 'ready', 'photo'] }), /other labels/],
    ['nothing said', probe({}, { provenance: undefined as unknown as ProbeFile['provenance'] }), /0 pictures of 90/],
  ])('refuses one for %s', (_why, file, reason) => {
    expect(fitOutShortfall(file)).toMatch(reason);
    expect(() => classifier([3, 0], file)).toThrow(ProbeNotFitError);
  });
});

describe(ProbeFitOutClassifier.name, () => {
  const image: Raster = { data: new Uint8Array(48).fill(9), width: 4, height: 4, channels: 3 };
  const signal = AbortSignal.timeout(10_000);

  it('names the state when it is sure, else says that it does not know', async () => {
    expect(await classifier([3, 0]).classify(image, signal)).toMatchObject({ fitOut: 'shell' });
    expect(await classifier([0, 3]).classify(image, signal)).toMatchObject({ fitOut: 'partial' });
    expect(await classifier([0, 0]).classify(image, signal)).toMatchObject({ fitOut: 'unknown' });
  });

  it('is not there with another backbone than it was trained on', () => {
    expect(classifier([3, 0], probe(), 'backbone@ffffffffffff').version).toBeNull();
  });

  it('is asked about photos only, whoever asks', async () => {
    const scores = { photo: 0, plan: 0, document: 0, other: 0 };
    const of = async (kind: ImageKind, fitOut?: ProbeFitOutClassifier) => {
      const vision = openVision({
        classifier: { version: 'k@1', classify: async () => ({ kind, probability: 1, scores }) },
        ...(fitOut && { fitOut }),
      });
      const bytes = await encoder(scene(3)).jpeg().toBuffer();
      const { fitOut: told, steps } = await vision.detect({ fileId: 'f', bytes }, { force: true });
      const step = steps.find((each) => each.step === 'fitOut');
      await vision.close();
      return [told, step?.reason ?? step?.status];
    };
    expect(await of('photo', classifier([3, 0]))).toEqual(['shell', 'ok']);
    expect(await of('plan', classifier([3, 0]))).toEqual(['unknown', 'kind:plan']);
    expect(await of('photo')).toEqual(['unknown', 'not-trained']);
    expect(await of('photo', classifier([3, 0], probe(), 'backbone@ffffffffffff'))).toEqual([
      'unknown',
      'model-missing',
    ]);
  });
});

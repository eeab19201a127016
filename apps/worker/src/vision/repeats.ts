import { type FastAnalysis, type FastRequest, HashIndex } from '#libs/vision';

/** Pictures of the same chat that look the same as this one; «maybe» is not told. */
export function repeatsOf(
  { fileId, hash, kind }: Pick<FastAnalysis, 'fileId' | 'hash' | 'kind'>,
  earlier: NonNullable<FastRequest['earlier']>,
): string[] {
  if (!hash) return [];
  const others = earlier.filter((each) => each.fileId !== fileId);
  const index = new HashIndex(others.map((each) => ({ source: { fileId: each.fileId }, hash: each.hash })));
  return index
    .find(hash, kind)
    .flatMap(({ certainty, source }) => (certainty === 'same' && 'fileId' in source ? [source.fileId] : []));
}

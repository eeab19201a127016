import path from 'node:path';

/**
 * Threads and processes load compiled code only: from TypeScript sources (vitest) they take what `ci/build.mjs` made of it in dist/.
 *
 * @param entry file within this lib's `src`, without extension
 */
export function compiledFile(entry: string): string {
  const here = import.meta.dirname;
  const compiled = here.includes(`${path.sep}dist${path.sep}`)
    ? here
    : path.resolve(here, '../../../dist/libs/vision/src');
  return path.join(compiled, `${entry}.js`);
}

// Compiles apps/, libs/ and test/ into dist/ with swc, file by file and only what changed, and mirrors non-TypeScript assets.
// A package-wide bundler is not needed: Node resolves `#libs/*` through package.json "imports".
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const out = path.join(root, 'dist');
const sources = ['apps', 'libs', 'test'];

function* walk(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) yield* walk(file);
    else if (entry.isFile()) yield file;
  }
}

const mtime = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** Writes through a temporary name so that a process importing dist/ at this moment never sees half a file. */
function writeAtomically(file, text) {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/** Brings dist/ up to date; returns how many files were written. Several processes may do it at once. */
export async function build({ log = () => {} } = {}) {
  const settings = createHash('sha1')
    .update(readFileSync(path.join(root, '.swcrc')))
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex');
  const stampFile = path.join(out, '.settings');
  if (existsSync(out) && (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== settings))
    rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const wanted = new Set([stampFile]);
  const stale = [];
  for (const top of sources) {
    if (!existsSync(path.join(root, top))) continue;
    for (const file of walk(path.join(root, top))) {
      if (/\.(spec|d)\.ts$/.test(file)) continue;
      const relative = path.relative(root, file);
      const target = path.join(out, file.endsWith('.ts') ? `${relative.slice(0, -3)}.js` : relative);
      wanted.add(target);
      if (file.endsWith('.ts')) wanted.add(`${target}.map`);
      if (mtime(target) < mtime(file)) stale.push([file, target]);
    }
  }
  const typescript = stale.filter(([file]) => file.endsWith('.ts'));
  if (typescript.length > 0) {
    log(`building ${typescript.length} files`);
    const { transformFile } = await import('@swc/core');
    await Promise.all(
      typescript.map(async ([file, target]) => {
        const { code, map } = await transformFile(file, {
          cwd: root,
          sourceFileName: path.relative(path.dirname(target), file),
        });
        mkdirSync(path.dirname(target), { recursive: true });
        if (map) writeAtomically(`${target}.map`, map);
        writeAtomically(target, `${code}\n//# sourceMappingURL=${path.basename(target)}.map\n`);
      }),
    );
  }
  for (const [file, target] of stale) {
    if (file.endsWith('.ts')) continue;
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(file, target);
  }
  for (const file of walk(out)) if (!wanted.has(file) && !file.endsWith('.tmp')) rmSync(file, { force: true });
  writeAtomically(stampFile, settings);
  return stale.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const written = await build({ log: (line) => console.error(line) });
  console.error(`dist/ is up to date (${written} files written)`);
}

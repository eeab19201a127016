// Adds to package-lock.json the platform packages that the registry did not offer when the lock file was made.
// `npm ci` refuses a lock file that lacks an optional dependency even of another platform; a registry that serves only some
// platforms therefore makes lock files it cannot install from. Run it after adding a dependency when `npm ci` says "Missing: …".
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'openbsd',
  'netbsd',
  'sunos',
  'win32',
  'windows',
  'openharmony',
  'wasm32',
  'aix',
];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'universal'];

/** Operating system and processor from a name such as `@biomejs/cli-linux-x64-musl`; null when it names no platform. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word.replace('armv7', 'arm').replace('gnueabihf', '')));
  if (!os || os === 'wasm32') return null;
  return { os: [os === 'windows' ? 'win32' : os], ...(cpu && cpu !== 'universal' ? { cpu: [cpu] } : {}) };
}

let added = 0;
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    const platform = platformOf(name);
    if (lock.packages[key] || !platform || !/^\d/.test(version)) continue;
    lock.packages[key] = { version, ...(entry.dev ? { dev: true } : {}), optional: true, ...platform };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} platform packages added`);

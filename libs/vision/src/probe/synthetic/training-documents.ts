import { Drawing } from './drawing.js';
import type { SeededRandom } from './seeded-random.js';
import { themeOf } from './theme.js';

/** Documents for training: pages of text, ads, forms and tables, columns, screens. */
export const TRAINING_DOCUMENTS = [textPage, adPage, formPage, columnsPage, screenPage] as const;

const WORDS =
  'договор аренды нежилого помещения арендатор арендодатель обязуется передать во временное пользование площадь стороны срок оплата настоящий акт здание этаж город Москва улица согласно приложение условия в течение дней после подписания стоимость рублей включая налог'.split(
    ' ',
  );

const sentence = (random: SeededRandom, words: number): string =>
  Array.from({ length: words }, () => random.pick(WORDS)).join(' ');

const FAMILIES = ['Roboto', 'DejaVu Serif', 'DejaVu Sans', 'DejaVu Sans Mono'];

function textPage(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(720, random.whole(720, 1050), theme.paper);
  const size = random.between(12, 24);
  const style = { 'font-family': random.pick(FAMILIES), fill: theme.ink };
  let y = random.between(60, 110);
  if (random.chance(0.7))
    drawing.text(
      random.between(60, 220),
      y,
      size * 1.5,
      random.pick(['ДОГОВОР АРЕНДЫ', 'АКТ', 'ПРИЛОЖЕНИЕ № 1', 'Справка']),
      style,
    );
  const last = random.between(0.55, 0.97) * drawing.height;
  const leading = random.between(1.25, 1.8);
  const numbered = random.chance(0.4);
  const full = Math.max(2, Math.round((620 / size / 7.5) * random.between(0.7, 1)));
  let clause = 1;
  for (y += size * 3; y < last; y += size * leading) {
    const begins = random.chance(0.25);
    if (begins && random.chance(0.5)) y += size * 0.8;
    const number = numbered && begins ? `${clause++}.${random.whole(1, 9)}. ` : '';
    drawing.text(begins ? 85 : 55, y, size, number + sentence(random, begins ? full - 1 : full), style);
  }
  if (random.chance(0.3))
    drawing.circle(random.between(400, 620), last - 60, random.between(50, 90), {
      fill: 'none',
      stroke: '#3050b0',
      'stroke-width': 4,
      'stroke-opacity': 0.6,
    });
  return drawing.png();
}

/** An advertisement of premises as a sheet: a big price, a list of facts, a telephone. */
function adPage(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(600, 950), random.whole(600, 950), theme.paper);
  if (random.chance(0.4)) drawing.rectangle(0, 0, drawing.width, random.between(100, 150), { fill: theme.accent });
  drawing.text(
    50,
    90,
    random.between(30, 56),
    random.pick(['Сдаётся офис', 'Аренда помещения', 'Продажа офиса', 'СДАМ СКЛАД']),
    { fill: random.pick([theme.ink, theme.accent]), 'font-weight': 700 },
  );
  let y = 180;
  for (let i = 0; i < random.whole(3, 10); i++, y += random.between(30, 54))
    drawing.text(50, y, random.between(18, 30), sentence(random, random.whole(2, 6)), { fill: theme.ink });
  drawing.text(50, y + 50, random.between(32, 54), `${random.whole(90, 950)} 000 руб.`, {
    fill: theme.ink,
    'font-weight': 700,
  });
  drawing.text(
    50,
    y + 105,
    random.between(22, 36),
    `+7 (495) ${random.whole(100, 999)}-${random.whole(10, 99)}-${random.whole(10, 99)}`,
    { fill: theme.ink },
  );
  return drawing.png();
}

function formPage(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(760, 1050), random.whole(620, 1000), theme.paper);
  const rows = random.whole(7, 24);
  const [top, bottom, left, right] = [100, drawing.height - 60, 60, drawing.width - 60];
  const height = (bottom - top) / rows;
  const columns = random.whole(2, 6);
  const xs = Array.from({ length: columns + 1 }, (_, i) => left + ((right - left) * i) / columns);
  drawing.text(left, 70, random.between(20, 30), random.pick(['Экспликация помещений', 'Счёт на оплату', 'Перечень']), {
    fill: theme.ink,
  });
  const ruled = random.chance(0.65);
  const headed = random.chance(0.4);
  for (let row = 0; row < rows; row++) {
    const y = top + row * height;
    if (row === 0 && headed) drawing.rectangle(left, y, right - left, height, { fill: theme.accent });
    else if (!ruled && row % 2) drawing.rectangle(left, y, right - left, height, { fill: theme.fills[0]! });
    if (ruled) drawing.line(left, y, right, y, { stroke: theme.ink, 'stroke-width': 1.2 });
    for (const x of xs.slice(0, -1))
      drawing.text(
        x + 6,
        y + height * 0.65,
        Math.min(19, height * 0.5),
        random.chance(0.4) ? sentence(random, 2).slice(0, 16) : `${random.whole(1, 99_999)}`,
        { fill: theme.ink },
      );
  }
  if (ruled) for (const x of xs) drawing.line(x, top, x, bottom, { stroke: theme.ink, 'stroke-width': 1.2 });
  return drawing.png();
}

/** Text in columns with titles and a picture's place, as in a booklet or a newspaper. */
function columnsPage(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(800, 1100), random.whole(650, 1000), theme.paper);
  const columns = random.whole(2, 3);
  const width = (drawing.width - 80) / columns;
  const size = random.between(13, 19);
  drawing.text(40, 70, random.between(30, 50), sentence(random, 3), { fill: theme.accent, 'font-weight': 700 });
  for (let column = 0; column < columns; column++) {
    const x = 40 + column * width;
    for (let y = 120; y < drawing.height - 50; y += size * 1.45) {
      if (random.chance(0.04)) {
        drawing.rectangle(x, y, width - 30, 110, { fill: random.pick(theme.fills) });
        y += 140;
      }
      drawing.text(x, y, size, sentence(random, Math.max(1, Math.floor(width / (size * 6)))), { fill: theme.ink });
    }
  }
  return drawing.png();
}

/** A page of a site in a narrow window: a place of a picture, a big line, facts, a button. */
function screenPage(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(480, 640), random.whole(850, 1150), theme.paper);
  let y = 50;
  if (random.chance(0.6)) {
    const height = random.between(80, 300);
    drawing.rectangle(0, y, drawing.width, height, { fill: random.pick([theme.accent, ...theme.fills]) });
    y += height;
  }
  drawing.text(
    24,
    y + 54,
    random.between(26, 44),
    random.pick(['Помещение 85 м²', '120 000 ₽', 'Аренда', 'Торговая площадь']),
    { fill: theme.ink, 'font-weight': 700 },
  );
  for (y += 100; y < drawing.height - 110; y += random.between(26, 44))
    drawing.text(24, y, random.between(16, 24), sentence(random, random.whole(2, 4)), { fill: theme.ink });
  if (random.chance(0.6))
    drawing.rectangle(24, drawing.height - 84, drawing.width - 48, 60, { fill: theme.accent, rx: 10 });
  return drawing.png();
}

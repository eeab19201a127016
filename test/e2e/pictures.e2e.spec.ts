import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TelegramSimulator } from '#libs/testing';
import { until } from './amocrm-stand.js';
import { RunningProduct } from './running-product.js';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FIXTURES = path.resolve(import.meta.dirname, '../dialogues/fixtures');
const DATA = path.resolve(import.meta.dirname, '../../data');
const PLAN = readFileSync(path.join(FIXTURES, 'plan.png'));
const AD = readFileSync(path.join(FIXTURES, 'ad.png'));
const ORDERS = readFileSync(path.join(FIXTURES, 'orders.png'));
const STREET = readFileSync(path.join(import.meta.dirname, 'fixtures/street.jpg'));
/** Reading text needs Tesseract with Russian data; everything else runs without. */
function readsRussian(): boolean {
  try {
    return execFileSync('tesseract', ['--list-langs'], { stdio: ['ignore', 'pipe', 'pipe'] }).includes('rus');
  } catch {
    return false;
  }
}
const READS = readsRussian();
if (!READS) console.warn('SKIPPED: reading pictures needs tesseract-ocr and tesseract-ocr-rus (apt-get install)');

const KEY = { authorization: 'Bearer dev' };

let folder: string;
let product: RunningProduct;
let telegram: TelegramSimulator;

interface Health {
  checks: Record<string, string>;
  capabilities?: { vision?: Record<string, string> };
}

const health = async () => (await (await fetch(`${product.url}/health/ready`)).json()) as Health;

/** Models are converted from the npm packages on the first start; the product answers other things meanwhile. */
async function visionReady(): Promise<void> {
  await until('the models are warm', async () => (await health()).checks.vision === 'ok', 60_000);
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'wewall-pictures-'));
  telegram = await TelegramSimulator.start();
  product = await RunningProduct.start(path.join(folder, 'data'), {
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    // A killed worker's job is taken again soon.
    WORKER_LOCK_MS: '5000',
    QUIET_WINDOW_MS: '50',
  });
  await visionReady();
}, 150_000);

afterAll(async () => {
  await product?.stop();
  await telegram?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function upload(bytes: Buffer, name: string): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)]), name);
  const response = await fetch(`${product.url}/api/v1/uploads`, { method: 'POST', headers: KEY, body: form });
  return ((await response.json()) as { uploadId: string }).uploadId;
}

async function post(route: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${product.url}/api/v1${route}`, {
    method: 'POST',
    headers: { ...KEY, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

let nextId = 0;

const textOf = (messages: readonly { text: string }[]) =>
  messages.map(({ text }) => text.replace(/\s+/gu, ' ')).join('\n');

/** What the bot says to one message over REST once it has said the awaited words; the test fails when it never does. */
async function said(chat: string, message: object, awaited: string | RegExp): Promise<string> {
  const id = `m${nextId++}`;
  const { seq } = (await post(`/chats/${chat}/messages`, { id, ...message })) as { seq: number };
  const read = async () => {
    const response = await fetch(`${product.url}/api/v1/chats/${chat}/messages?after=${seq}&limit=50`, {
      headers: KEY,
    });
    return textOf(
      ((await response.json()) as { author: string; text: string }[]).filter(({ author }) => author === 'bot'),
    );
  };
  await expect.poll(read, { timeout: 100_000, interval: 150 }).toMatch(awaited);
  return read();
}

const sent = async (chat: string, awaited: string | RegExp, ...pictures: [Buffer, string][]) =>
  said(
    chat,
    {
      attachments: await Promise.all(pictures.map(async ([bytes, name]) => ({ uploadId: await upload(bytes, name) }))),
    },
    awaited,
  );

describe('pictures over REST, with the real engine', () => {
  it('says what is installed and what is not', async () => {
    const { checks, capabilities } = await health();
    expect(checks.vision).toBe('ok');
    expect(capabilities?.vision).toMatchObject({
      classify: 'available',
      detect: 'available',
      fields: 'available',
      segment: 'unavailable',
    });
  });

  it.runIf(READS)('reads a plan, asks, and takes what was confirmed into the search', async () => {
    await said('plan', { text: 'хочу снять офис у Павелецкой' }, 'площадь');
    const answer = await sent('plan', 'верно?', [PLAN, 'план.png']);
    expect(answer).toContain('Это план помещения.');
    expect(answer).toContain('На плане 146,2 м², этаж 3, верно?');
    await said('plan', { text: 'да' }, 'бюджет');
    const view = (await (await fetch(`${product.url}/api/v1/chats/plan`, { headers: KEY })).json()) as {
      scenario: string;
      step: string;
      slots: Record<string, unknown>;
    };
    expect(view).toMatchObject({ scenario: 'search', step: 'budget', slots: { areaMin: 131.6, areaMax: 160.8 } });
  });

  it.runIf(READS)('reads a scanned ad as a scanner and a phone give it', async () => {
    const scanned = await sharp(AD).rotate(1.2, { background: '#fff' }).blur(0.6).jpeg({ quality: 60 }).toBuffer();
    const facts = /офис, 182,5 м², аренда, 450 000 ₽ в месяц, этаж 7, метро Павелецкая, верно\?/;
    expect(await sent('ad', facts, [scanned, 'объявление.jpg'])).toContain('Это документ или объявление.');
  });

  it('names what is on a photo, and asks nothing about premises of a street', async () => {
    const answer = await sent('photo', 'помещения на снимке нет', [STREET, 'улица.jpg']);
    expect(answer).toContain('Это фотография.');
    expect(answer).toMatch(/Вижу: .*(собака|велосипед|автомобиль)/);
    expect(answer).not.toContain('В каком состоянии');
    // Once more, the same picture smaller: nothing is guessed, the repetition is told.
    const again = await sharp(STREET).resize(500).jpeg({ quality: 70 }).toBuffer();
    await sent('photo', 'уже присылали', [again, 'улица.jpg']);
  });

  it.runIf(READS)('obeys nothing that is written on a picture', async () => {
    await said('orders', { text: 'хочу снять офис у Павелецкой' }, 'площадь');
    const answer = await sent('orders', 'Цифр о помещении не нашёл', [ORDERS, 'лист.png']);
    expect(answer).not.toMatch(/example\.org|прежние ответы забыты|Чем помочь/);
    const view = await (await fetch(`${product.url}/api/v1/chats/orders`, { headers: KEY })).json();
    expect(view).toMatchObject({ owner: 'bot', scenario: 'search', step: 'area' });
  });

  it('suggests the building of the catalogue that looks the same', async () => {
    await expect
      .poll(async () => (await (await fetch(`${product.url}/metrics`)).text()).match(/catalogue_photos (\d+)/)?.[1], {
        timeout: 60_000,
      })
      .toBe('150');
    const facade = await sharp(readFileSync(path.join(DATA, 'photos/e000007.webp')))
      .jpeg({ quality: 60 })
      .toBuffer();
    await sent('facade', /Похоже на «.+\(демо\)» из нашего каталога/, [facade, 'фасад.jpg']);
  });

  it.runIf(READS)('answers partners: analysis, repeated from the cache, and a cut-out by a mask', async () => {
    const uploadId = await upload(PLAN, 'plan.png');
    const asked = { uploadId, want: ['kind', 'text'] };
    const first = await post('/images/analyses?wait=30000', asked);
    expect(first).toMatchObject({
      kind: 'plan',
      fields: { areaSqm: { value: 146.2 }, floor: { value: 3 } },
      missing: [],
    });
    expect(first).not.toHaveProperty('objects');
    const { steps } = (await post('/images/analyses?wait=30000', { ...asked, want: ['kind', 'text', 'similar'] })) as {
      steps: { step: string; cached: boolean; ms: number }[];
    };
    expect(steps.filter(({ step }) => step === 'classify' || step === 'ocr').map(({ cached }) => cached)).toEqual([
      true,
      true,
    ]);
    const circle = (fill: string) =>
      Buffer.from(`<svg width="90" height="90"><circle cx="45" cy="45" r="40" fill="${fill}"/></svg>`);
    const draw = (background: string, fill: string) =>
      sharp({ create: { width: 320, height: 240, channels: 3, background } })
        .composite([{ input: circle(fill), left: 30, top: 40 }])
        .png()
        .toBuffer();
    const cutout = (await post('/images/cutouts?wait=30000', {
      uploadId: await upload(await draw('#fff', '#c33'), 'thing.png'),
      maskUploadId: await upload(await draw('#000', '#fff'), 'mask.png'),
    })) as { files: { url: string; contentType: string }[] };
    expect(cutout.files).toHaveLength(1);
    const bytes = Buffer.from(await (await fetch(cutout.files[0]?.url ?? '')).arrayBuffer());
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', hasAlpha: true });
    expect(await post('/images/cutouts?wait=30000', { uploadId: await upload(STREET, 'street.jpg') })).toMatchObject({
      status: 422,
      code: 'MASK_REQUIRED',
    });
  });
});

describe('pictures in Telegram', () => {
  it.runIf(READS)('a photo, then an album answered as one', async () => {
    const client = telegram.client(7_001);
    const seen = () => client.sees().join('\n').replace(/\s+/gu, ' ');
    client.sendsPhoto(PLAN, undefined);
    await expect.poll(seen, { timeout: 100_000 }).toContain('На плане 146,2 м², этаж 3, верно?');
    client.presses('photo.skip');
    await expect.poll(seen, { timeout: 60_000 }).toContain('не использую');
    client.sendsPhoto(STREET, 'вот снимки', 'album');
    client.sendsPhoto(AD, undefined, 'album');
    await expect.poll(seen, { timeout: 100_000 }).toMatch(/1\. Это фотография\..*2\. Это документ или объявление\./);
    expect(seen().match(/1\. Это фотография/g)).toHaveLength(1);
  });
});

describe.skipIf(!existsSync(CHROMIUM))('pictures in the web chat, in a real browser', () => {
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: '--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking'.split(' '),
    });
    page = await browser.newPage({ viewport: { width: 1000, height: 820 } });
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(product.url);
    await page.locator('#chat[data-ready=true]').waitFor({ timeout: 20_000 });
  }, 60_000);
  afterAll(() => browser?.close());

  const botSays = async () => (await page.locator('.message--bot').allInnerTexts()).join('\n').replace(/\s+/gu, ' ');

  /** A transfer as the system's file manager or clipboard makes one. */
  const transfer = (files: { name: string; type: string; bytes: Buffer }[]) =>
    page.evaluateHandle(
      (entries) => {
        const data = new DataTransfer();
        for (const { name, type, base64 } of entries) {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          data.items.add(new File([bytes], name, { type }));
        }
        return data;
      },
      files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') })),
    );

  it.runIf(READS)(
    'takes several dropped pictures as one message and answers them together',
    async () => {
      const data = await transfer([
        { name: 'план.png', type: 'image/png', bytes: PLAN },
        { name: 'улица.jpg', type: 'image/jpeg', bytes: STREET },
      ]);
      for (const event of ['dragenter', 'dragover', 'drop']) {
        await page.dispatchEvent('#chat', event, { dataTransfer: data });
      }
      await expect.poll(() => page.locator('#files li').count()).toBe(2);
      await page.getByRole('button', { name: 'Отправить' }).click();
      await expect.poll(botSays, { timeout: 100_000 }).toMatch(/1\. Это план помещения\..*2\. Это фотография\./);
      await expect.poll(botSays).toContain('На плане 146,2 м², этаж 3, верно?');
      await page.locator('.message:not(.message--past) .buttons').getByRole('button', { name: 'Да, верно' }).click();
      await expect.poll(botSays, { timeout: 60_000 }).toContain('Записал: 146,2 м², этаж 3.');
      expect(await botSays()).toContain('Похоже, помещения на снимке нет.');
    },
    90_000,
  );

  it.runIf(READS)(
    'takes a pasted screenshot',
    async () => {
      const data = await transfer([{ name: '', type: 'image/png', bytes: AD }]);
      await page.evaluate((clipboardData) => {
        const field = document.getElementById('text');
        field?.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: clipboardData as DataTransfer, bubbles: true }),
        );
      }, data);
      await page.locator('#files li').waitFor();
      await page.getByRole('button', { name: 'Отправить' }).click();
      await expect.poll(botSays, { timeout: 100_000 }).toContain('182,5 м²');
      expect(faults).toEqual([]);
    },
    60_000,
  );
});

describe('a product killed while it looks', () => {
  it.runIf(READS)(
    'answers once after it is back',
    async () => {
      const uploadId = await upload(await sharp(PLAN).resize(1_100).png().toBuffer(), 'plan.png');
      await post('/chats/killed/messages', { id: 'k1', attachments: [{ uploadId }] });
      // The quick look is over and the text is being read.
      await expect
        .poll(
          async () => {
            const text = await (await fetch(`${product.url}/metrics`)).text();
            return /wewall_queue_depth\{queue="vision"\} [1-9]/.test(text);
          },
          { timeout: 10_000, interval: 20 },
        )
        .toBe(true);
      await product.kill();
      await product.start();
      await visionReady();
      const read = async () => {
        const response = await fetch(`${product.url}/api/v1/chats/killed/messages?limit=50`, { headers: KEY });
        return ((await response.json()) as { author: string; text: string }[])
          .filter(({ author }) => author === 'bot')
          .map(({ text }) => text);
      };
      await expect.poll(async () => (await read()).join('\n'), { timeout: 90_000 }).toContain('верно?');
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect((await read()).filter((text) => /Это (план|документ)/.test(text))).toHaveLength(1);
      expect((await read()).filter((text) => text.includes('верно?'))).toHaveLength(1);
    },
    180_000,
  );
});

if (!existsSync(CHROMIUM)) {
  console.warn(
    `SKIPPED: pictures in a browser need Chromium at ${CHROMIUM} (apt-get install chromium, or set CHROMIUM_PATH)`,
  );
}

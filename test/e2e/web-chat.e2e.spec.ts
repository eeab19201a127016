import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningProduct } from './running-product.js';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
/** The README's picture is made by this test when asked: UPDATE_SCREENSHOTS=1. */
const PICTURE = process.env.UPDATE_SCREENSHOTS
  ? path.resolve(import.meta.dirname, '../../docs/images/web-chat.png')
  : undefined;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const found = existsSync(CHROMIUM);
if (!found)
  console.warn(`SKIPPED: test/e2e needs Chromium at ${CHROMIUM} (apt-get install chromium, or set CHROMIUM_PATH)`);

describe.skipIf(!found)('the web chat in a real browser', () => {
  let folder: string;
  let product: RunningProduct;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-e2e-'));
    [product, browser] = await Promise.all([
      RunningProduct.start(path.join(folder, 'data')),
      chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') }),
    ]);
    page = await browser.newPage({ viewport: { width: 1000, height: 820 } });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
    });
    await page.goto(product.url);
    await ready();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const ready = () => page.locator('#chat[data-ready=true]').waitFor({ timeout: 20_000 });
  const bubbles = (author: string) => page.locator(`.message--${author}:not(.message--pending)`);
  /** Buttons under the newest message. */
  const button = (name: RegExp | string) =>
    page.locator('.message:not(.message--past) .buttons').getByRole('button', { name });

  /** Does something and waits for the bot's next message; returns its text. */
  async function reply(act: () => Promise<void>): Promise<string> {
    const before = await bubbles('bot').count();
    await act();
    await expect.poll(() => bubbles('bot').count(), { timeout: 20_000 }).toBeGreaterThan(before);
    return bubbles('bot').last().innerText();
  }

  async function say(text: string): Promise<void> {
    await page.fill('#text', text);
    await page.keyboard.press('Enter');
  }

  /** `seq` of everything shown, in the order of the page. */
  const shown = () =>
    page
      .locator('.message[data-seq]')
      .evaluateAll((items) => items.map((item) => Number(item.getAttribute('data-seq'))));

  async function expectWhole(): Promise<void> {
    const seqs = await shown();
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
    await expect.poll(() => page.locator('.message--pending').count()).toBe(0);
  }

  it('finds premises by talking, survives kill -9, takes a contact and calls a manager', async () => {
    const recap = await reply(() => say('хочу снять офис метров сто у Павелецкой, до полутора миллионов в месяц'));
    expect(recap).toContain('Павелецкая');
    expect(recap).toMatch(/1,5\sмлн/);

    const lot = await reply(() => button('Искать').click());
    expect(lot).toMatch(/Лот 1 из \d+/);
    expect(await bubbles('bot').last().locator('.card').count()).toBe(1);
    if (PICTURE) await page.screenshot({ path: PICTURE });

    // Said while the product is dead: kept by the page, sent when it is back.
    await product.kill();
    await say('дальше');
    await expect.poll(() => page.locator('#connection').isVisible(), { timeout: 10_000 }).toBe(true);
    const next = await reply(() => product.start());
    expect(next).not.toBe(lot);
    await expectWhole();

    // The same conversation after the page is loaded anew.
    const before = await shown();
    await page.reload();
    await ready();
    expect(await shown()).toEqual(before);

    await reply(() => say('мой телефон +7 999 123-45-67, меня зовут Анна'));
    const farewell = await reply(() => page.getByRole('button', { name: 'Менеджер', exact: true }).click());
    expect(farewell).toMatch(/менеджер/i);
    await expect.poll(() => page.locator('#owner').innerText(), { timeout: 10_000 }).toMatch(/подключён менеджер/);
    await expectWhole();
    expect(faults).toEqual([]);
  }, 120_000);

  it('takes a dropped picture', async () => {
    const data = await page.evaluateHandle((base64) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], 'фасад.png', { type: 'image/png' }));
      return transfer;
    }, PNG.toString('base64'));
    for (const event of ['dragenter', 'dragover', 'drop'])
      await page.dispatchEvent('#chat', event, { dataTransfer: data });
    await page.locator('#files li').waitFor();
    await page.getByRole('button', { name: 'Отправить' }).click();
    const picture = bubbles('client').last().locator('img');
    await picture.waitFor({ timeout: 10_000 });
    expect(await picture.getAttribute('alt')).toBe('фасад.png');
    // Really loaded, under the page's own security policy.
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1);
    expect(faults).toEqual([]);
  });

  it('refuses a file of another kind in words', async () => {
    await page.setInputFiles('#file', { name: 'a.exe', mimeType: 'application/pdf', buffer: Buffer.from('MZ') });
    await expect.poll(() => page.locator('#problem').innerText()).toMatch(/a\.exe/);
  });

  it('fits a phone and works from the keyboard', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await expect
      .poll(() => page.locator('#composer').evaluate((form) => form.getBoundingClientRect().bottom))
      .toBeLessThanOrEqual(740);
    await page.locator('#text').focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('send');
    expect(await page.locator('#log').getAttribute('aria-live')).toBe('polite');
  });
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenAiSimulator } from '#libs/testing';
import { RunningProduct } from './running-product.js';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
const LIMIT = { timeout: 20_000 };
const FIRST = 'Средняя ставка аренды офисов — 34,5 тыс. ₽ за м² в год.';
const SECOND = 'Это на 38 % больше, чем годом раньше.';

const found = existsSync(CHROMIUM);
if (!found)
  console.warn(`SKIPPED: test/e2e needs Chromium at ${CHROMIUM} (apt-get install chromium, or set CHROMIUM_PATH)`);

describe.skipIf(!found)('an answer that a slow model writes, in the browser', () => {
  let folder: string;
  let product: RunningProduct;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  /** The rest of the answer waits for this. */
  let goOn = () => {};
  const rest = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const answer = `${FIRST} [1] ${SECOND} [1]`;
  const simulator = new OpenAiSimulator({
    answer: () => answer,
    pace: (written) => (written.length > `${FIRST} [1] `.length ? rest : Promise.resolve()),
  });

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-drafts-'));
    const environment = {
      OPENAI_API_KEY: 'test-key',
      OPENAI_BASE_URL: await simulator.start(),
      OPENAI_MODEL: 'simulated',
      LLM_TIMEOUT_MS: '60000',
      LLM_TURN_TIMEOUT_MS: '60000',
    };
    [product, browser] = await Promise.all([
      RunningProduct.start(path.join(folder, 'data'), environment),
      chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') }),
    ]);
    page = await browser.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(product.url);
    await page.locator('#chat[data-ready=true]').waitFor(LIMIT);
  }, 120_000);

  afterAll(async () => {
    goOn();
    await browser?.close();
    await product?.stop();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('is shown as it grows and replaced by the message', async () => {
    await page.fill('#text', 'какая средняя ставка аренды офисов в Москве?');
    await page.keyboard.press('Enter');
    const draft = page.locator('#draft');
    await draft.filter({ hasText: FIRST }).waitFor(LIMIT);
    expect(await draft.textContent()).toBe(FIRST);
    expect(await page.locator('.message--bot').count()).toBe(0);
    goOn();
    await page.locator('.message--bot', { hasText: `${FIRST} ${SECOND}` }).waitFor(LIMIT);
    await draft.waitFor({ ...LIMIT, state: 'hidden' });
    expect(await draft.textContent()).toBe('');
    // A page that comes back knows the message alone.
    await page.reload();
    await page.locator('.message--bot', { hasText: `${FIRST} ${SECOND}` }).waitFor(LIMIT);
    expect(await draft.isVisible()).toBe(false);
    expect(faults).toEqual([]);
  }, 120_000);
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningProduct } from './running-product.js';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
const LIMIT = { timeout: 20_000 };

const found = existsSync(CHROMIUM);
if (!found)
  console.warn(`SKIPPED: test/e2e needs Chromium at ${CHROMIUM} (apt-get install chromium, or set CHROMIUM_PATH)`);

describe.skipIf(!found)('a client and a manager in two windows of one browser, as a newcomer plays them', () => {
  let folder: string;
  let product: RunningProduct;
  let browser: Browser;
  let client: Page;
  let manager: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-windows-'));
    [product, browser] = await Promise.all([
      RunningProduct.start(path.join(folder, 'data')),
      chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') }),
    ]);
    const open = async (address: string) => {
      const page = await (await browser.newContext()).newPage();
      page.on('pageerror', (error) => faults.push(error.message));
      await page.goto(`${product.url}${address}`);
      return page;
    };
    client = await open('/');
    await client.locator('#chat[data-ready=true]').waitFor(LIMIT);
    manager = await open('/demo/manager');
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const seen = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor(LIMIT);

  it('see each other’s messages, typing, reading and changes', async () => {
    await client.fill('#text', 'хочу снять офис у Павелецкой');
    await client.keyboard.press('Enter');
    await manager.locator('#messages .message.client').first().waitFor(LIMIT);
    await manager.fill('#text', 'Добрый день, это Анна');
    await manager.keyboard.press('Enter');
    await client.locator('.message--manager', { hasText: 'Добрый день, это Анна' }).waitFor(LIMIT);
    // The page is before the client's eyes: the manager is told that he has read it.
    await manager.locator('#messages .message.manager', { hasText: 'прочитано' }).waitFor(LIMIT);

    await client.fill('#text', 'Сколько стоит?');
    await client.keyboard.press('Enter');
    await client.locator('.message__read', { hasText: 'Прочитано менеджером' }).waitFor(LIMIT);

    await manager.locator('#text').pressSequentially('Милл');
    await expect.poll(() => client.locator('#typing-label').textContent(), LIMIT).toBe('Менеджер печатает');
    await manager.fill('#text', 'Миллион в месяц');
    await manager.keyboard.press('Enter');
    await seen(client, 'Миллион в месяц');
    await manager.locator('#messages .message.manager', { hasText: 'Миллион' }).getByText('Изменить').click();
    await manager.fill('#text', 'Два миллиона в месяц');
    await manager.keyboard.press('Enter');
    const changed = client.locator('.message--manager', { hasText: 'Два миллиона в месяц' });
    await changed.getByText('изменено').waitFor(LIMIT);
    expect(await client.getByText('Миллион в месяц', { exact: true }).count()).toBe(0);

    await manager.click('#close');
    await seen(client, 'Я снова на связи');
    expect(faults).toEqual([]);
  }, 120_000);
});

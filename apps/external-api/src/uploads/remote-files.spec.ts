import { describe, expect, it } from 'vitest';
import { isPublicAddress, RemoteFiles } from './remote-files.js';

describe('isPublicAddress', () => {
  it.each([
    ['93.184.216.34', true],
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['192.168.0.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:10.0.0.1', false],
    ['64:ff9b::a00:1', false],
    ['2002:a00:1::', false],
    ['2606:2800:220:1:248:1893:25c8:1946', true],
    ['localhost', false],
  ])('%s: %s', (address, expected) => expect(isPublicAddress(address)).toBe(expected));
});

describe('RemoteFiles', () => {
  it.each([
    'https://127.0.0.1/a.pdf',
    'https://2130706433/a.pdf',
    'https://0x7f.1/a.pdf',
    'https://[::1]/a.pdf',
    'https://[::ffff:127.0.0.1]/a.pdf',
    'https://localhost/a.pdf',
    'http://example.org/a.pdf',
    'https://example.org:8443/a.pdf',
    'https://user:pass@example.org/a.pdf',
    'https://169.254.169.254/latest/meta-data',
  ])('refuses %s', async (address) => {
    await expect(new RemoteFiles().fetch(address)).rejects.toMatchObject({ code: 'ATTACHMENT_URL_NOT_ALLOWED' });
  });
});

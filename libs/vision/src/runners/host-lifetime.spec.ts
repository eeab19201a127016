import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../../ci/build.mjs';
import { compiledFile } from '../compiled-file.js';
import { writeFixtureModel } from './fixture-model.js';

/** Opens a runner, says the ids of its hosts and goes on until it is told to end. */
const SERVER = `
  const { OnnxModelRunner } = await import(process.argv[1]);
  const runner = new OnnxModelRunner({ models: JSON.parse(process.argv[2]), hosts: 2, device: 'cpu' });
  await runner.preload();
  process.on('SIGTERM', async () => {
    const blank = { image: { data: new Float32Array(192), dims: [1, 3, 8, 8] } };
    const { scores } = await runner.run('net', blank);
    process.stdout.write('drained ' + scores.dims.join('x') + '\\n');
    await runner.close();
  });
  process.stdout.write(runner.state.hosts.map(({ pid }) => pid).join(' ') + '\\n');
  setTimeout(() => {}, 60_000).unref();
  process.stdin.resume();
  process.once('SIGTERM', () => process.stdin.destroy());
`;

/** Whether the process runs; one that has ended and that nobody has asked after does not. */
function runs(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe.skipIf(process.platform !== 'linux')('processes of inference', () => {
  let folder: string;
  let models: string;
  beforeAll(async () => {
    await build();
    folder = mkdtempSync(path.join(tmpdir(), 'hosts-'));
    models = JSON.stringify([writeFixtureModel(folder, { id: 'net', side: 8 }, { preload: true })]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function start(): Promise<{ server: ChildProcess; hosts: number[]; output: () => string }> {
    const entry = pathToFileURL(compiledFile('runners/onnx-runner')).href;
    const server = spawn(process.execPath, ['--input-type=module', '-e', SERVER, entry, models], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    server.stdout!.on('data', (chunk) => {
      output += String(chunk);
    });
    await expect.poll(() => output, { timeout: 15_000 }).toMatch(/^\d+ \d+\n/);
    return { server, hosts: output.trim().split(' ').map(Number), output: () => output };
  }

  it('end with the process they work for, even when it is killed', async () => {
    const { server, hosts } = await start();
    expect(hosts.map(runs)).toEqual([true, true]);
    server.kill('SIGKILL');
    await once(server, 'exit');
    await expect.poll(() => hosts.filter(runs), { timeout: 10_000 }).toEqual([]);
  });

  it('are there until it has drained, although the signal reaches them as well', async () => {
    const { server, hosts, output } = await start();
    for (const pid of hosts) process.kill(pid, 'SIGTERM');
    server.kill('SIGTERM');
    const [code] = (await once(server, 'exit')) as [number | null];
    expect(output()).toContain('drained 1x4');
    expect(code).toBe(0);
    await expect.poll(() => hosts.filter(runs), { timeout: 10_000 }).toEqual([]);
  });
});

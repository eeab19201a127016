import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** What the operator wants inference to run on. `auto` takes CUDA where its libraries are. */
export type DeviceChoice = 'auto' | 'cpu' | 'cuda';

/** Whether the CUDA provider, which the npm package does not bring along, has been put beside the runtime. */
export function hasCudaProvider(): boolean {
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = path.resolve(path.dirname(runtime), '../bin/napi-v6', process.platform, process.arch);
  return existsSync(path.join(folder, 'libonnxruntime_providers_cuda.so'));
}

/** Providers in the order the runtime tries them; a wish for CUDA alone fails where there is none. */
export function providersOf(device: DeviceChoice): string[] {
  if (device === 'cpu') return ['cpu'];
  if (device === 'cuda') return ['cuda'];
  return hasCudaProvider() ? ['cuda', 'cpu'] : ['cpu'];
}

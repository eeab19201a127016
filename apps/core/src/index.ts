export { openCore } from './core.js';
export { seed } from './seed.js';

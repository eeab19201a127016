export { openCore } from './core.js';

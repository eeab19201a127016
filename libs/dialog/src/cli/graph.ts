import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawDialog } from '../graph-drawing.js';

// `npm run graph`: writes libs/dialog/graph.mmd, found from the place the command is run in (the repository root).
const file = path.resolve('libs/dialog/graph.mmd');
writeFileSync(file, drawDialog());
console.log(`drawn: ${path.relative(process.cwd(), file)}`);

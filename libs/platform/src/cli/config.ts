import { describeConfig } from '../config/config.js';

process.stdout.write(describeConfig());

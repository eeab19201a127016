// `npm run -s config`: the table of variables for the README; with `-- --env` the text of .env.example.
import { describeConfig } from '../config/config.js';
import { describeEnvFile } from '../config/env-file.js';

process.stdout.write(process.argv.includes('--env') ? describeEnvFile() : describeConfig());

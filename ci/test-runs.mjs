// Runs the suites of CI, gives files that failed a second run alone, and prints what failed at which run and the totals.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SUITES = [
  { script: 'test', options: ['--retry=1'] },
  { script: 'test:chaos', options: ['--retry=1', '--no-file-parallelism'] },
];
/** A machine busy with something else may be too slow for a clock or two; more files than this is a broken change. */
const SECOND_CHANCES = 4;

const folder = mkdtempSync(path.join(tmpdir(), 'wewall-test-report-'));

function run(script, options, files = []) {
  const report = path.join(folder, 'report.json');
  rmSync(report, { force: true });
  const { status } = spawnSync(
    'npm',
    ['run', script, '--', ...files, ...options, '--reporter=default', '--reporter=./ci/test-report.mjs'],
    { stdio: 'inherit', env: { ...process.env, TEST_REPORT: report } },
  );
  try {
    return { ok: status === 0, ...JSON.parse(readFileSync(report, 'utf8')) };
  } catch {
    return { ok: false, files: {}, unhandled: [{ file: null, error: `npm run ${script} ended before its report` }] };
  }
}

const failedFiles = ({ files, unhandled }) => [
  ...new Set([
    ...Object.keys(files).filter((file) => files[file].failed > 0),
    ...unhandled.map(({ file }) => file ?? 'a file that is not known'),
  ]),
];

function tell(title, { files, unhandled }) {
  const lines = [
    ...Object.entries(files).flatMap(([file, { failures }]) =>
      failures.map(({ name, error }) => `${file} > ${name}\n${error}`),
    ),
    ...unhandled.map(({ file, error }) => `${file ?? 'unknown file'} > nobody handled\n${error}`),
  ];
  return lines.length > 0 ? [`--- ${title}`, ...lines] : [];
}

const total = { passed: 0, failed: 0, skipped: 0 };
const account = [];
const secondRuns = [];
const failing = [];
let ok = true;
for (const { script, options } of SUITES) {
  const first = run(script, options);
  const outcome = { ok: first.ok, files: first.files, unhandled: first.unhandled };
  account.push(...tell(`npm run ${script}: failed`, first));
  const again = first.ok ? [] : failedFiles(first);
  const known = again.every((file) => file in first.files);
  if (again.length > 0 && again.length <= SECOND_CHANCES && known) {
    const second = run(script, ['--no-file-parallelism'], again);
    account.push(...tell(`npm run ${script}: failed again, alone`, second));
    if (second.ok) secondRuns.push(...again);
    outcome.ok = second.ok;
    outcome.files = { ...first.files, ...second.files };
    outcome.unhandled = second.unhandled;
  }
  ok &&= outcome.ok;
  for (const [file, { flaky }] of Object.entries(first.files)) {
    account.push(...flaky.map((name) => `--- passed at the second try: ${file} > ${name}`));
  }
  if (!outcome.ok) failing.push(...failedFiles(outcome));
  for (const { passed, failed, skipped } of Object.values(outcome.files)) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  total.failed += outcome.unhandled.length;
}
rmSync(folder, { recursive: true, force: true });
for (const line of account) console.log(line);
if (secondRuns.length > 0) console.log(`passed when run again alone: ${secondRuns.join(', ')}`);
if (failing.length > 0) console.log(`failed: ${failing.join(', ')}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(ok ? 0 : 1);

import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Lines of an error that are told: the message and where it was thrown, not the whole difference. */
const LINES = 8;

const told = (error) => {
  const stack = error.stack ?? '';
  const text = stack.includes(error.message) ? stack : `${error.name ?? 'Error'}: ${error.message}\n${stack}`;
  return text
    .split('\n')
    .filter((line) => line.trim() && !line.includes('node_modules'))
    .slice(0, LINES)
    .join('\n');
};

const relative = (file) => path.relative(process.cwd(), file);

/**
 * Vitest reporter that leaves the outcome of a run in the file named by TEST_REPORT, as
 * `{files: {[file]: {passed, failed, skipped, flaky: [name], failures: [{name, error}]}}, unhandled: [{file, error}]}`.
 * An error nobody handled fails a run all of whose tests passed; its file is the one that ran at that moment, or null.
 */
export default class TestReport {
  onTestRunEnd(modules, unhandledErrors) {
    const files = {};
    for (const module of modules) {
      const counts = { passed: 0, failed: 0, skipped: 0 };
      const flaky = [];
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state in counts) counts[state] += 1;
        if (test.diagnostic()?.flaky) flaky.push(test.fullName);
      }
      const tests = [...module.children.allTests('failed')];
      const failures = [
        ...module.errors().map((error) => ({ name: 'the file itself', error: told(error) })),
        ...[...module.children.allSuites()].flatMap((suite) =>
          suite.errors().map((error) => ({ name: suite.fullName, error: told(error) })),
        ),
        ...tests.map((test) => ({ name: test.fullName, error: (test.result().errors ?? []).map(told).join('\n') })),
      ];
      // A file that could not be loaded, or a hook that failed, has no failed test of its own: it counts as one.
      if (counts.failed === 0 && failures.length > 0) counts.failed = 1;
      const name = relative(module.moduleId);
      const known = files[name];
      files[name] = {
        passed: counts.passed + (known?.passed ?? 0),
        failed: counts.failed + (known?.failed ?? 0),
        skipped: counts.skipped + (known?.skipped ?? 0),
        flaky: [...(known?.flaky ?? []), ...flaky],
        failures: [...(known?.failures ?? []), ...failures],
      };
    }
    const unhandled = unhandledErrors.map((error) => ({
      file: error.VITEST_TEST_PATH ? relative(error.VITEST_TEST_PATH) : null,
      error: told(error),
    }));
    writeFileSync(process.env.TEST_REPORT, JSON.stringify({ files, unhandled }));
  }
}

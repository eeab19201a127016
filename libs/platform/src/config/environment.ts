import 'reflect-metadata';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AmoCrmEnvironment } from './amocrm-environment.js';
import { DialogEnvironment } from './dialog-environment.js';
import { EdgeEnvironment } from './edge-environment.js';
import { FileEnvironment } from './file-environment.js';
import { ModelEnvironment } from './model-environment.js';
import { ProcessEnvironment } from './process-environment.js';
import { StorageEnvironment } from './storage-environment.js';
import { TelegramEnvironment } from './telegram-environment.js';
import { TracingEnvironment } from './tracing-environment.js';
import { VisionEnvironment } from './vision-environment.js';
import { WorkerEnvironment } from './worker-environment.js';

const GROUPS: readonly ClassConstructor<object>[] = [
  VisionEnvironment,
  ProcessEnvironment,
  StorageEnvironment,
  ModelEnvironment,
  DialogEnvironment,
  TelegramEnvironment,
  AmoCrmEnvironment,
  WorkerEnvironment,
  FileEnvironment,
  EdgeEnvironment,
  TracingEnvironment,
];

/**
 * Every variable the product reads, with its rule, default and description. The classes of the groups are the only places
 * that name them; `loadConfig` turns them into the nested `Config` the rest of the code sees.
 */
export type Environment = VisionEnvironment &
  ProcessEnvironment &
  StorageEnvironment &
  ModelEnvironment &
  DialogEnvironment &
  TelegramEnvironment &
  AmoCrmEnvironment &
  WorkerEnvironment &
  FileEnvironment &
  EdgeEnvironment &
  TracingEnvironment;

/** Reads the texts that were given, each group by its own class; `wrong` names the variables whose value is not allowed. */
export function readEnvironment(given: Readonly<Record<string, string>>): {
  environment: Environment;
  wrong: ReadonlySet<string>;
} {
  const wrong = new Set<string>();
  const groups = GROUPS.map((Group) => {
    const group = plainToInstance(Group, given, { exposeDefaultValues: true });
    // The whitelist leaves each group its own variables alone.
    for (const error of validateSync(group, { whitelist: true })) wrong.add(error.property);
    return group;
  });
  return { environment: Object.assign({}, ...groups), wrong };
}

import type { NextFunction, Request, Response } from 'express';
import { Problem } from '#libs/platform';

/** Deeper than any body of ours; validation and copying recurse, so a hostile depth must stop here. */
const MAX_DEPTH = 16;

function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item) => (item !== null && typeof item === 'object' ? Object.values(item) : []));
  }
  return false;
}

/** Refuses a parsed body nested beyond reason before anything recursive touches it. */
export function refuseDeepJson(request: Request, _response: Response, next: NextFunction): void {
  if (isTooDeep(request.body))
    throw new Problem(400, 'JSON_TOO_DEEP', `The body is nested deeper than ${MAX_DEPTH} levels`);
  next();
}

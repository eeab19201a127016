import { Problem } from '#libs/platform';
import { JOB_FAILED, type JobProblem } from '#libs/queues';

/** Codes of failures that are ours: trying again may help, another request will not. */
const OURS: readonly string[] = [JOB_FAILED, 'VISION_UNAVAILABLE'];

/** A job's problem as part of an answer. */
export function problemView({ code, detail, details }: JobProblem): object {
  return { code, detail, ...details };
}

/** What the service refuses is the request's fault (422); what broke on our side is not (503), and may be tried again. */
export function jobFailure({ code, detail, details }: JobProblem): Problem {
  return OURS.includes(code)
    ? new Problem(503, code, 'The job could not be done', { detail })
    : new Problem(422, code.toUpperCase().replaceAll('-', '_'), 'The request cannot be met', {
        detail,
        ...(details && { extra: details }),
      });
}

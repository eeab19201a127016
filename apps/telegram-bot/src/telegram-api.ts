import { Api } from 'grammy';

/** A request of ours never takes longer; long polling adds its own time on top. */
export const REQUEST_SECONDS = 15;

/** The Bot API client. Its errors are read by `readFailure` only: grammY's inner errors hold the address with the token. */
export function createTelegramApi(options: { token: string; apiRoot: string }): Api {
  return new Api(options.token, { apiRoot: options.apiRoot, timeoutSeconds: REQUEST_SECONDS, sensitiveLogs: false });
}

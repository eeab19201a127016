export interface SimRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface SimAnswer {
  status: number;
  body?: unknown;
  /** Sent as it is instead of JSON. */
  text?: string;
}

/** A call of the REST API, taken apart. */
export interface RestRequest {
  /** `METHOD path` with `:id` and `:uid` in place of ids. */
  key: string;
  /** The first id in the path; NaN when there is none. */
  id: number;
  query: URLSearchParams;
  path: string;
  body: unknown;
  /** The body when it is an array, as bulk writes are. */
  items: Record<string, unknown>[] | null;
}

/** Methods of one noun; null when the call is not one of them. */
export interface NounEndpoints {
  handle(request: RestRequest): SimAnswer | null;
}

import type { SimAnswer } from './sim-http.js';

/** A single entity. */
export function ok(body: unknown): SimAnswer {
  return { status: 200, body };
}

/** An empty list is 204 without a body. */
export function hal(key: string, items: unknown[]): SimAnswer {
  return items.length === 0
    ? { status: 204 }
    : { status: 200, body: { _page: 1, _links: {}, _embedded: { [key]: items } } };
}

/** RFC 9457 body with the vendor's `validation-errors`. */
export function problem(status: number, title: string, errors: { code: string; path: string }[] = []): SimAnswer {
  return {
    status,
    body: {
      title,
      type: 'https://httpstatus.es/400',
      status,
      detail: title,
      ...(errors.length > 0 ? { 'validation-errors': [{ request_id: '0', errors }] } : {}),
    },
  };
}

/** What a bulk write answers: an id for every item, with the caller's `request_id`. */
export function created(
  items: Record<string, unknown>[] | null,
  key: string,
  make: (item: Record<string, unknown>) => number,
): SimAnswer {
  if (!items) return problem(400, 'Bad Request', [{ code: 'InvalidType', path: '0' }]);
  return hal(
    key,
    items.map((item) => ({ id: make(item), request_id: String(item.request_id ?? '0') })),
  );
}

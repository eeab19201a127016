/** How well a simulated behaviour is known: documented, logged on a real account, client code, third-party note, recalled. */
export type Evidence = 'D' | 'L' | 'C' | 'T' | 'R';

export interface Assumption {
  behaviour: string;
  evidence: Evidence;
}

/** Everything the simulator does that rests on less than the vendor's own text; printed by `GET /_sim/assumptions`. */
export const ASSUMPTIONS: readonly Assumption[] = [
  { behaviour: 'a repeated msgid answers 200 with the first id (knob duplicateMsgid)', evidence: 'T' },
  { behaviour: 'send answers amojo UUIDs, receiver_id only when there is a receiver', evidence: 'L' },
  { behaviour: 'bodies of 400 answers of the Chats API', evidence: 'R' },
  { behaviour: 'no outgoing hook for messages imported with a manager ref_id', evidence: 'R' },
  { behaviour: 'delivery_status accepts either field name', evidence: 'C' },
  { behaviour: 'REST limit 7 requests a second, 403 after repeated breaches', evidence: 'T' },
  { behaviour: 'the 429 body is not JSON', evidence: 'C' },
  { behaviour: 'shape of validation-errors items', evidence: 'R' },
  { behaviour: 'a non-silent message in a new chat makes contact, unsorted lead and talk', evidence: 'D' },
  { behaviour: 'users list carries amojo_id on request', evidence: 'R' },
  { behaviour: 'client_id is present in every v2 hook unless the manager wrote first', evidence: 'T' },
  { behaviour: 'closing a talk sends update_talk with is_in_work 0', evidence: 'C' },
  { behaviour: 'leads/complex answers a bare array and joins nothing', evidence: 'C' },
  { behaviour: 'GET leads?query= finds a text of a custom field', evidence: 'R' },
  { behaviour: 'filters of GET tasks, POST leads/{id}/link, POST pipelines/{id}/statuses', evidence: 'R' },
  {
    behaviour: 'no hook tells of a message a manager has changed; the history shows the new text (knob editHooks)',
    evidence: 'R',
  },
  { behaviour: 'an edit must name the conversation and keep the type of the message', evidence: 'R' },
  { behaviour: 'reading a talk sends update_talk with is_read 1', evidence: 'T' },
  { behaviour: 'typing and reactions of managers come as hooks', evidence: 'C' },
];

import { findPhoneNumbersInText } from 'libphonenumber-js';
import type { ImageFields, ImageKind, ReadField } from '../analysis.js';
import type { FieldReader, RecognisedText } from '../ports.js';
import { readArea } from './area.js';
import { readDeal, readPremises } from './offer.js';
import { readAddress, readFloor, readStation } from './place.js';
import { readPrice } from './price.js';
import { type Segment, segmentsOf } from './segments.js';

/** Goes up whenever a rule changes what is read: results in caches are then read anew. */
const RULES_VERSION = 1;

/**
 * Reads facts out of recognised text by rules. What it reads is untrusted: proposals for a person to confirm, each with the text it
 * was read from. Statements that read like instructions are skipped; a fact that is stated twice differently is not stated.
 */
export class RuleFieldReader implements FieldReader {
  readonly version = `field-rules@${RULES_VERSION}`;

  read(text: RecognisedText, kind: ImageKind | 'unknown'): ImageFields {
    const segments = segmentsOf(text);
    const fields: ImageFields = {};
    const set = <K extends keyof ImageFields>(name: K, field: ImageFields[K] | undefined) => {
      if (field !== undefined) fields[name] = field;
    };
    set('areaSqm', readArea(segments));
    set('floor', readFloor(segments));
    set('address', readAddress(segments));
    set('station', readStation(segments));
    set('phone', readPhone(segments));
    // Words on a plan name rooms («Склад», «Офис 4»), not what is offered.
    if (kind === 'plan') return fields;
    set('deal', readDeal(segments));
    set('premises', readPremises(segments));
    set('price', readPrice(segments, fields.deal?.value));
    return fields;
  }
}

const RUSSIAN_NUMBER = /^\+7\d{10}$/;

/** The first Russian telephone number, E.164. */
function readPhone(segments: readonly Segment[]): ReadField<string> | undefined {
  for (const { text, confidence } of segments) {
    const [found] = findPhoneNumbersInText(text, 'RU');
    if (found && RUSSIAN_NUMBER.test(found.number.number) && found.number.isValid())
      return { value: found.number.number, text: text.slice(found.startsAt, found.endsAt), confidence };
  }
  return undefined;
}

import { Transform } from 'class-transformer';

/** What counts as an address of ours or of another server: http(s), names without a dot included. */
export const HTTP_URL = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

/** Turns the text of a variable into a number; anything but a plain decimal integer stays text and is refused by `IsInt`. */
export const AsInteger = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,15}$/.test(value.trim()) ? Number(value.trim()) : value,
  );

/** Turns the text of a variable into its distinct parts; empty ones do not count. */
export const AsList = (separator = ',') =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string'
      ? [
          ...new Set(
            value
              .split(separator)
              .map((part) => part.trim())
              .filter(Boolean),
          ),
        ]
      : value,
  );

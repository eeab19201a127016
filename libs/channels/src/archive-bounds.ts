/** What an office document may unpack to, bytes, and how many parts it may have; real ones stay far below. */
const MAX_UNPACKED = 200 * 1024 * 1024;
const MAX_ENTRIES = 5_000;
/** Text packs tenfold, pictures not at all; deflate cannot do more than 1,032. */
const MAX_RATIO = 200;
/** Small parts are mostly headers, where a ratio says nothing. */
const RATIO_FROM = 1024 * 1024;

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const CENTRAL_SIZE = 46;
const LOCAL_SIZE = 30;
/** The end record is followed by a comment of at most this length. */
const MAX_COMMENT = 65_535;
/** A size of 4 GiB and more stands elsewhere (zip64): no document of 20 MB is honest about that. */
const ZIP64 = 0xffffffff;

/**
 * Whether a ZIP archive (DOCX, XLSX) stays within bounds when it is unpacked, by its directory, without unpacking anything:
 * number of parts, total size, ratio; parts that overlap (one packed stretch unpacked many times), zip64 and a directory that
 * does not add up are out of bounds. A directory may still lie about a part, so whoever unpacks one must count as well.
 */
export function isArchiveWithinBounds(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endRecord(view);
  if (end === undefined) return false;
  const entries = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (entries > MAX_ENTRIES || at > end) return false;
  let unpacked = 0;
  const stretches: { from: number; to: number }[] = [];
  for (let entry = 0; entry < entries; entry += 1) {
    if (at + CENTRAL_SIZE > end || view.getUint32(at, true) !== CENTRAL) return false;
    const packedSize = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const local = view.getUint32(at + 42, true);
    if (packedSize === ZIP64 || size === ZIP64 || local + LOCAL_SIZE > end || view.getUint32(local, true) !== LOCAL) {
      return false;
    }
    unpacked += size;
    if (unpacked > MAX_UNPACKED || (size > RATIO_FROM && size > packedSize * MAX_RATIO)) return false;
    const from = local + LOCAL_SIZE + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    stretches.push({ from: local, to: from + packedSize });
    at += CENTRAL_SIZE + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  stretches.sort((a, b) => a.from - b.from);
  return stretches.every(
    ({ from, to }, index) => to <= end && (index === 0 || from >= (stretches[index - 1]?.to ?? 0)),
  );
}

/** Offset of the end record: the last signature that its own comment length reaches to the end from. */
function endRecord(view: DataView): number | undefined {
  for (let at = view.byteLength - END_SIZE; at >= Math.max(0, view.byteLength - END_SIZE - MAX_COMMENT); at -= 1) {
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  }
  return undefined;
}

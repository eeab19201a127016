/**
 * Writer of the protocol-buffers wire format, as much of it as an ONNX file needs. Written here because the bytes must be
 * the same on every machine (the files are pinned by sha256) and need no schema at run time.
 */
export class ProtobufWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  /** A whole number that is not negative, or a negative one as two's complement of 64 bits. */
  integer(field: number, value: number): this {
    this.tag(field, 0);
    this.varint(value < 0 ? BigInt.asUintN(64, BigInt(value)) : BigInt(value));
    return this;
  }

  /** Single precision. */
  float(field: number, value: number): this {
    this.tag(field, 5);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.push(bytes);
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  bytes(field: number, value: Uint8Array): this {
    this.tag(field, 2);
    this.varint(BigInt(value.length));
    return this.push(value);
  }

  message(field: number, message: ProtobufWriter): this {
    this.tag(field, 2);
    this.varint(BigInt(message.length));
    for (const part of message.parts) this.push(part);
    return this;
  }

  finish(): Buffer {
    return Buffer.concat(this.parts, this.length);
  }

  private tag(field: number, wireType: number): void {
    this.varint(BigInt((field << 3) | wireType));
  }

  private varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.push(Uint8Array.from(bytes));
  }

  private push(bytes: Uint8Array): this {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }
}

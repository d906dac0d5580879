// A packet of bytes unpacked: a header, and the arrays that it lists, little endian as they were sent.

const HALF = halves();
/** @typedef {keyof typeof READ} Kind */
/** @typedef {[name: string, shape: number[], kind: Kind, scale: number]} Listed */

const READ = { f8: Float64Array, f4: Float32Array, f2: Uint16Array, u4: Uint32Array };

// Every value that a float of two bytes can have.
function halves() {
  const table = new Float64Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const part = bits & 1023;
    if (exponent === 31) table[bits] = part ? NaN : sign * Infinity;
    else table[bits] = sign * (exponent ? 2 ** (exponent - 15) * (1 + part / 1024) : 2 ** -14 * (part / 1024));
  }
  return table;
}

/** @param {Uint8Array} bytes */
export function unpack(bytes) {
  const at = bytes.byteOffset;
  const buffer = /** @type {ArrayBuffer} */ (bytes.buffer);
  const headerLength = new DataView(buffer, at).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength)));
  /** @type {Record<string, Float64Array | Float32Array | Uint16Array | Uint32Array>} */
  const arrays = {};
  let start = at + 4 + headerLength;
  for (const [name, shape, kind, scale] of /** @type {Listed[]} */ (header.arrays)) {
    const count = shape.reduce((product, size) => product * size, 1);
    const size = READ[kind].BYTES_PER_ELEMENT;
    const raw = new READ[kind](buffer.slice(start, start + count * size)); // a copy starts where its kind must
    arrays[name] = kind === "f2" ? Float64Array.from(raw, (bits) => HALF[bits] * scale) : raw;
    start += count * size;
  }
  const wanted = start - at;
  if (wanted !== bytes.byteLength)
    throw new Error(`packet: ${bytes.byteLength} bytes where the header lists ${wanted}`);
  return { header, arrays };
}

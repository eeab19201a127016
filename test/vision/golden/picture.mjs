/**
 * A square picture by formula, channels last, values 0 to `top`: blobs and bars of different sizes and colours, so that all parts
 * of a network have something to answer.
 */
export function picture(seed, size, top) {
  const data = new Float32Array(size * size * 3);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const u = x / size;
      const v = y / size;
      for (let c = 0; c < 3; c++) {
        const wave = Math.sin(6 * seed * u + 3 * c) * Math.cos(9 * v - 2 * c * seed);
        const blob = Math.exp(-((u - 0.3 - 0.1 * c) ** 2 + (v - 0.2 * seed) ** 2) * 40);
        const bar = Math.floor(u * 8) % 2 === Math.floor(v * (4 + seed)) % 2 ? 0.35 : 0;
        data[(y * size + x) * 3 + c] = top * Math.min(1, Math.max(0, 0.3 + 0.25 * wave + 0.5 * blob + bar));
      }
    }
  return data;
}

/** A square picture by formula, channels last, values 0 to `top`. */
export function picture(seed: number, size: number, top: number): Float32Array;

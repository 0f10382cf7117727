/** How many of some values lie where. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

const BINS = 24;

/** Values in equal bins from the smallest to the largest; those that are not finite are left out. */
export function histogramOf(values: ArrayLike<number>, bins = BINS): Histogram {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  const counts = new Array<number>(bins).fill(0);
  if (low > high) return { low: Number.NaN, high: Number.NaN, counts };
  for (let i = 0; i < values.length; i++) {
    const share = high > low ? ((values[i] as number) - low) / (high - low) : 0.5;
    const bin = Math.min(bins - 1, Math.floor(share * bins));
    if (bin >= 0) counts[bin] = (counts[bin] as number) + 1;
  }
  return { low, high, counts };
}

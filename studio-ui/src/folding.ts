/** Which of many are shown: the first ones, a gap, the last one. */

/** An index, or null where some are left out. */
export type Kept = number | null;

/** Indices 0..size-1 that fit into `room` places; a gap takes one of them, so that less than three places save nothing. */
export function kept(size: number, room: number): Kept[] {
  if (size <= Math.max(room, 3)) return Array.from({ length: size }, (_, index) => index);
  const head = Math.max(1, room - 2);
  return [...Array.from({ length: head }, (_, index) => index), null, size - 1];
}

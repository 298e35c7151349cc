// Another order for whoever says ORDER, so that a test that depends on one before it is found.

/** The order that was asked for, a number; NaN where none was. */
export const seed = () => Number(process.env.ORDER || NaN);

/** The list itself where no order was asked for, or else a copy, shuffled by the order's number. */
export function ordered(list) {
  let state = seed();
  if (Number.isNaN(state)) return list;
  const shuffled = [...list];
  for (let last = shuffled.length - 1; last > 0; last--) {
    // A linear congruential generator; its upper bits are the good ones.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
  }
  return shuffled;
}

// SPDX-License-Identifier: MIT

/** Tells of some candidates, in their order, which is the first that still fails; undefined when none does. */
export type FindFailing<Candidate> = (candidates: readonly Candidate[]) => Promise<number | undefined>;

/**
 * Drops items while what is left still fails, until no single one can be dropped (delta debugging, Zeller and Hildebrandt
 * 2002: parts of the list first, then what is left without them, in ever smaller parts). Which subset is found depends on the
 * items' order and on nothing else.
 * @param items Fail together: the caller has seen that.
 */
export async function shrinkList<Item>(
  items: readonly Item[],
  findFailing: FindFailing<readonly Item[]>,
): Promise<readonly Item[]> {
  let left = items;
  if (left.length > 0 && (await findFailing([[]])) === 0) return [];
  for (let parts = 2; left.length >= 2;) {
    const chunks = partition(left, Math.min(parts, left.length));
    const complements = chunks.map((chunk) => left.filter((item) => !chunk.includes(item)));
    const candidates = chunks.length === 2 ? chunks : [...chunks, ...complements];
    const found = await findFailing(candidates);
    if (found === undefined) {
      if (chunks.length === left.length) return left;
      parts = Math.min(left.length, 2 * chunks.length);
    } else {
      left = candidates[found]!;
      parts = found < chunks.length ? 2 : Math.max(chunks.length - 1, 2);
    }
  }
  return left;
}

/** Cuts a list into so many parts whose lengths differ by one at most. */
function partition<Item>(items: readonly Item[], parts: number): (readonly Item[])[] {
  const edge = (part: number): number => Math.floor((part * items.length) / parts);
  return Array.from({ length: parts }, (_, part) => items.slice(edge(part), edge(part + 1)));
}

/**
 * A whole number from `lowest` on that still fails while the one below holds, found by halving. Where failing does not rise
 * with the number, a smaller one may fail as well.
 * @param highest Fails: the caller has seen that.
 */
export async function shrinkNumber(lowest: number, highest: number, findFailing: FindFailing<number>): Promise<number> {
  if (highest <= lowest) return highest;
  if ((await findFailing([lowest])) === 0) return lowest;
  let [held, failing] = [lowest, highest];
  while (failing - held > 1) {
    const middle = Math.floor((held + failing) / 2);
    if ((await findFailing([middle])) === 0) failing = middle;
    else held = middle;
  }
  return failing;
}

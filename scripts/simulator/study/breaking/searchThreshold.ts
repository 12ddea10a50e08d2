// SPDX-License-Identifier: MIT

/** Where a deterministic question is asked. */
export interface ThresholdPlan {
  readonly lo: number;
  readonly hi: number;
  /** Places of the grid that comes first, ends included; at least 2. */
  readonly points: number;
  /** A turn is known well enough when it lies between two places no farther apart. */
  readonly tolerance: number;
  /** Only whole numbers are tried. */
  readonly whole: boolean;
}

/** One answer. */
export interface Answer {
  readonly x: number;
  readonly failed: boolean;
}

/** Between these two places the answer turns. */
export interface Turn {
  readonly low: number;
  readonly high: number;
  /** Which side fails. */
  readonly failsAbove: boolean;
}

/** All answers, sorted by place, and where they turn: once for a monotone question, not at all, or several times. */
export interface ThresholdFound {
  readonly answers: readonly Answer[];
  readonly turns: readonly Turn[];
}

/** Beyond these the turns are given as the grid found them. */
const MOST_REFINED = 4;

/**
 * Asks on a coarse grid, then halves every interval whose ends differ. Halving alone would find one turn and hide others; the
 * grid shows them as far as it is fine enough.
 * @param ask Whether it fails at each of these places, in their order.
 */
export async function searchThreshold(
  plan: ThresholdPlan,
  ask: (places: readonly number[]) => Promise<boolean[]>,
): Promise<ThresholdFound> {
  const answers = new Map<number, boolean>();
  const answer = async (places: readonly number[]): Promise<void> => {
    const fresh = [...new Set(places)].filter((place) => !answers.has(place));
    const failed = fresh.length === 0 ? [] : await ask(fresh);
    for (const [index, place] of fresh.entries()) answers.set(place, failed[index]!);
  };

  await answer(gridOf(plan));
  for (;;) {
    const wide = turnsOf(sorted(answers))
      .slice(0, MOST_REFINED)
      .filter((turn) => isWide(turn, plan));
    if (wide.length === 0) break;
    await answer(wide.map(({ low, high }) => middleOf(low, high, plan.whole)));
  }
  const all = sorted(answers);
  return { answers: all, turns: turnsOf(all) };
}

function gridOf({ lo, hi, points, whole }: ThresholdPlan): number[] {
  return Array.from({ length: points }, (_, index) => {
    const place = index === points - 1 ? hi : lo + ((hi - lo) * index) / (points - 1);
    return whole ? Math.round(place) : place;
  });
}

function isWide({ low, high }: Turn, { tolerance, whole }: ThresholdPlan): boolean {
  if (high - low <= (whole ? Math.max(1, tolerance) : tolerance)) return false;
  const middle = middleOf(low, high, whole);
  return middle > low && middle < high; // else no number lies between them
}

function middleOf(low: number, high: number, whole: boolean): number {
  const middle = low + (high - low) / 2;
  return whole ? Math.floor(middle) : middle;
}

function sorted(answers: ReadonlyMap<number, boolean>): Answer[] {
  return [...answers].map(([x, failed]) => ({ x, failed })).sort((a, b) => a.x - b.x);
}

function turnsOf(answers: readonly Answer[]): Turn[] {
  return answers.flatMap((right, index) => {
    const left = answers[index - 1];
    return left === undefined || left.failed === right.failed
      ? []
      : [{ low: left.x, high: right.x, failsAbove: right.failed }];
  });
}

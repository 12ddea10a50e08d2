// SPDX-License-Identifier: MIT

/**
 * Area under the curve of hits against false hits: the chance that a sample with the event scores above one without, ties
 * counting half. Undefined unless there are both. Pure.
 */
export function areaUnderCurve(scores: readonly number[], labels: readonly boolean[]): number | undefined {
  const order = scores.map((_, index) => index).sort((a, b) => scores[a]! - scores[b]!);
  const positives = labels.filter(Boolean).length;
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return undefined;

  let rankSum = 0;
  for (let first = 0; first < order.length;) {
    let after = first;
    while (after < order.length && scores[order[after]!] === scores[order[first]!]) after += 1;
    const rank = (first + 1 + after) / 2; // the middle of those that are equal
    for (let place = first; place < after; place += 1) if (labels[order[place]!] === true) rankSum += rank;
    first = after;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean squared distance of probabilities to what happened, 0 to 1; undefined of nothing. Pure. */
export function brierScore(probabilities: readonly number[], labels: readonly boolean[]): number | undefined {
  if (probabilities.length === 0) return undefined;
  const sum = probabilities.reduce((total, probability, index) => {
    const miss = probability - (labels[index] === true ? 1 : 0);
    return total + miss * miss;
  }, 0);
  return sum / probabilities.length;
}

/** Wilson's interval of a share at 95 %. Pure. */
export function wilsonInterval(hits: number, trials: number): readonly [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const z = 1.959963984540054;
  const share = hits / trials;
  const centre = share + (z * z) / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  const scale = 1 + (z * z) / trials;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/** The value below which a share of the values lies, between two of them in proportion; undefined of nothing. Pure. */
export function quantileOf(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

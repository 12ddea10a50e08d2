// SPDX-License-Identifier: MIT

/** One stretch of time as a detector saw it, a place per round. */
export interface ScoredEpisode {
  /** The detector's score; undefined where it abstains. */
  readonly scores: readonly (number | undefined)[];
  /** True during an outage and shortly after: nobody has to be told of it. */
  readonly known: readonly boolean[];
  /** Rounds in which an outage begins, rising. */
  readonly outages: readonly number[];
}

/** What a detector is worth at one threshold. */
export interface AlarmCount {
  /** Rounds in which an alarm would have been news. */
  readonly watched: number;
  readonly falseAlarms: number;
  readonly outages: number;
  /** Rounds from the alarm to the outage, one for each that was foreseen; at most the horizon. */
  readonly leads: readonly number[];
}

/** An alarm ends after a minute below the threshold. */
const QUIET_ROUNDS = 4;

/**
 * Counts alarms at a threshold. An alarm begins at the threshold and ends after a minute below; one that stands is raised anew
 * every horizon, so that crying for ever is not free. It is false unless an outage begins within the horizon. Pure.
 * @param horizon Rounds.
 */
export function countAlarms(episodes: readonly ScoredEpisode[], threshold: number, horizon: number): AlarmCount {
  const counts = episodes.map((episode) => countOne(episode, threshold, horizon));
  return {
    watched: counts.reduce((sum, count) => sum + count.watched, 0),
    falseAlarms: counts.reduce((sum, count) => sum + count.falseAlarms, 0),
    outages: counts.reduce((sum, count) => sum + count.outages, 0),
    leads: counts.flatMap((count) => count.leads),
  };
}

/**
 * The lowest threshold at which a detector raises no more false alarms per watched round than `rate`, of those it could
 * have; Infinity when each raises more. Pure.
 */
export function thresholdAt(episodes: readonly ScoredEpisode[], rate: number, horizon: number): number {
  let chosen = Infinity;
  for (const candidate of candidatesOf(episodes)) {
    const { falseAlarms, watched } = countAlarms(episodes, candidate, horizon);
    if (falseAlarms > rate * watched) return chosen;
    chosen = candidate;
  }
  return chosen;
}

function countOne({ scores, known, outages }: ScoredEpisode, threshold: number, horizon: number): AlarmCount {
  const leads: number[] = [];
  let [watched, falseAlarms, quiet, next] = [0, 0, 0, 0];
  let begun: number | undefined;
  let last: { readonly begun: number; readonly seen: number } | undefined;
  for (const [round, score] of scores.entries()) {
    while (next < outages.length && outages[next]! <= round) {
      // Foreseen when an alarm stood within the horizon before it.
      if (last !== undefined && outages[next]! - last.seen <= horizon) {
        leads.push(Math.min(outages[next]! - last.begun, horizon));
      }
      next += 1;
    }
    if (known[round] === true) {
      begun = undefined;
      last = undefined;
      continue;
    }
    watched += 1;
    quiet = score !== undefined && score >= threshold ? 0 : quiet + 1;
    if (quiet === 0) begun ??= round;
    else if (quiet >= QUIET_ROUNDS) begun = undefined;
    if (begun === undefined) continue;
    last = { begun, seen: round };
    const isRaised = (round - begun) % horizon === 0;
    const comes = outages[next] ?? Infinity;
    if (isRaised && comes - round > horizon) falseAlarms += 1;
  }
  return { watched, falseAlarms, outages: outages.length, leads };
}

/** Scores from the highest down, ever farther apart: few of them matter, and those are high. */
function candidatesOf(episodes: readonly ScoredEpisode[]): number[] {
  const all = episodes.flatMap(({ scores, known }) =>
    scores.filter((score, round): score is number => score !== undefined && known[round] !== true),
  );
  const sorted = all.sort((a, b) => b - a);
  const places: number[] = [];
  for (let place = 0; place < sorted.length; place = Math.max(place + 1, Math.floor(place * 1.03))) places.push(place);
  return [...new Set(places.map((place) => sorted[place]!))];
}

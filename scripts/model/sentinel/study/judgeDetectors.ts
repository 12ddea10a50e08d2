// SPDX-License-Identifier: MIT
import { countAlarms, thresholdAt } from "../alarms.ts";
import type { AlarmCount } from "../alarms.ts";
import { fitLogistic, probabilityOf } from "../fitLogistic.ts";
import { areaUnderCurve, brierScore, quantileOf, wilsonInterval } from "../quality.ts";
import { detectorsOf } from "./detectors.ts";
import type { StudiedDetector } from "./detectors.ts";
import { FALSE_ALARMS_A_DAY, ROUNDS_A_DAY, scoredBy, thinned } from "./fitWeights.ts";
import type { Learned } from "./fitWeights.ts";
import type { StudyEpisode } from "./samples.ts";

/** What a detector is worth on some episodes. Leads in seconds; undefined where nothing was foreseen or is to be. */
export interface Judgement {
  readonly detector: string;
  readonly area: number | undefined;
  /** Of probabilities by the training families. */
  readonly brier: number | undefined;
  /** At the threshold with which these very episodes see the budget of false alarms: for comparison. */
  readonly atBudget: AlarmJudgement;
  /** At the threshold that was set on the training families: what an operator gets. */
  readonly asShipped: AlarmJudgement;
}

/** At one threshold. */
export interface AlarmJudgement {
  readonly threshold: number;
  readonly falseAlarmsADay: number;
  readonly foreseen: number;
  readonly outages: number;
  /** 95 %. */
  readonly recallInterval: readonly [low: number, high: number];
  readonly medianLead: number | undefined;
  readonly shortLead: number | undefined;
}

const ROUND_SECONDS = 15;
/** Lead that nine of ten outages that were foreseen reach. */
const SHORT = 0.1;
/** Detectors whose scores are probabilities already. */
const PROBABILITIES = ["EWMA", "logistic"];
const RATE = FALSE_ALARMS_A_DAY[0] / ROUNDS_A_DAY;

/** A detector with what it learned: when to raise an alarm, and which probability a score stands for. */
export interface TrainedDetector {
  readonly detector: StudiedDetector;
  readonly threshold: number;
  readonly probability: (score: number) => number;
}

/** Sets every detector's threshold and probabilities on the training families. Pure. */
export function trainDetectors(
  learned: Learned,
  training: readonly StudyEpisode[],
  horizonRounds: number,
): TrainedDetector[] {
  return detectorsOf(learned.weights, learned.channels).map((detector) => {
    const threshold = thresholdAt(scoredBy(detector, training), RATE, horizonRounds);
    if (PROBABILITIES.includes(detector.name)) return { detector, threshold, probability: (score) => score };
    const { scores, labels } = pairsOf(detector, training);
    const rows = scores.map((score) => [score]);
    const calibration = fitLogistic(thinned(rows), thinned(labels), 0);
    return { detector, threshold, probability: (score) => probabilityOf(calibration, [score]) };
  });
}

/** Judges detectors on episodes. Pure. */
export function judgeDetectors(
  trained: readonly TrainedDetector[],
  episodes: readonly StudyEpisode[],
  horizonRounds: number,
): Judgement[] {
  return trained.map(({ detector, threshold, probability }) => {
    const scored = scoredBy(detector, episodes);
    const own = thresholdAt(scored, RATE, horizonRounds);
    const { scores, labels } = pairsOf(detector, episodes);
    return {
      detector: detector.name,
      area: areaUnderCurve(scores, labels),
      brier: brierScore(scores.map(probability), labels),
      atBudget: alarmsAt(countAlarms(scored, own, horizonRounds), own),
      asShipped: alarmsAt(countAlarms(scored, threshold, horizonRounds), threshold),
    };
  });
}

/** What a count says. Pure. */
export function alarmsAt({ watched, falseAlarms, outages, leads }: AlarmCount, threshold: number): AlarmJudgement {
  const seconds = leads.map((rounds) => rounds * ROUND_SECONDS);
  return {
    threshold,
    falseAlarmsADay: (falseAlarms * ROUNDS_A_DAY) / watched,
    foreseen: leads.length,
    outages,
    recallInterval: wilsonInterval(leads.length, outages),
    medianLead: quantileOf(seconds, 0.5),
    shortLead: quantileOf(seconds, SHORT),
  };
}

function pairsOf(
  detector: StudiedDetector,
  episodes: readonly StudyEpisode[],
): { readonly scores: number[]; readonly labels: boolean[] } {
  const scores: number[] = [];
  const labels: boolean[] = [];
  for (const { samples } of episodes) {
    for (const [round, score] of detector.scoresOf(samples).entries()) {
      const { known, label } = samples[round]!;
      if (known || score === undefined) continue;
      scores.push(score);
      labels.push(label);
    }
  }
  return { scores, labels };
}

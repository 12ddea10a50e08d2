// SPDX-License-Identifier: MIT
/** Something that is not as it should be now. */
export interface Finding {
  /** Names what is wrong and where; the same trouble always has the same. */
  readonly id: string;
  /** A person is called for a page, and reads a warning in the morning. */
  readonly severity: "page" | "warn";
  readonly text: string;
  /** It counts once it lasted so long: what heals by itself is nobody's business. */
  readonly patienceMs: bigint;
  /** Since when it is so, where that is known. */
  readonly sinceMs?: bigint;
}

/** Trouble that is watched: silent until its patience is over. */
export interface Alert extends Finding {
  readonly sinceMs: bigint;
  readonly isRaised: boolean;
  /** When it was found last. */
  readonly seenAtMs: bigint;
}

/** Alerts after a look, and whom to tell of what. */
export interface AlertStep {
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly raised: readonly Alert[];
  readonly cleared: readonly Alert[];
}

/**
 * Carries alerts over to the next look: a finding is raised once it lasted for its patience, told once, and cleared when
 * it was not found for `calmMs`, so that what comes and goes is one alert. Pure.
 */
export function stepAlerts(
  before: ReadonlyMap<string, Alert>,
  findings: readonly Finding[],
  nowMs: bigint,
  calmMs: bigint,
): AlertStep {
  const alerts = new Map<string, Alert>();
  const raised: Alert[] = [];
  const cleared: Alert[] = [];
  for (const finding of findings) {
    const known = before.get(finding.id);
    const sinceMs = earlier(known?.sinceMs ?? nowMs, finding.sinceMs ?? nowMs);
    const isRaised = nowMs - sinceMs >= finding.patienceMs;
    const alert: Alert = { ...finding, sinceMs, isRaised, seenAtMs: nowMs };
    alerts.set(finding.id, alert);
    if (isRaised && known?.isRaised !== true) raised.push(alert);
  }
  for (const alert of before.values()) {
    if (alerts.has(alert.id)) continue;
    if (alert.isRaised && nowMs - alert.seenAtMs < calmMs) alerts.set(alert.id, alert);
    else if (alert.isRaised) cleared.push(alert);
  }
  return { alerts, raised, cleared };
}

function earlier(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

// SPDX-License-Identifier: MIT
/** What one endpoint said; equal keys are equal answers. A failure is no answer. */
export interface Vote {
  readonly endpoint: string;
  readonly key: string | undefined;
}

/** Whether enough endpoints say the same. */
export type Agreement =
  | { readonly kind: "agreed"; readonly key: string; readonly against: readonly string[] }
  | {
      readonly kind: "open";
      /** Further equal answers that the most frequent one needs. */
      readonly missing: number;
      /** Whether different answers were given. */
      readonly divided: boolean;
    };

/** Counts votes: an answer counts once `needed` endpoints gave it, whatever the others say. Pure. */
export function decideAgreement(votes: readonly Vote[], needed: number): Agreement {
  const counts = new Map<string, number>();
  for (const { key } of votes) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const [key, count] of counts) {
    if (count < needed) continue;
    const against = votes.filter((vote) => vote.key !== undefined && vote.key !== key).map((vote) => vote.endpoint);
    return { kind: "agreed", key, against };
  }
  return { kind: "open", missing: needed - Math.max(0, ...counts.values()), divided: counts.size > 1 };
}

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
  const answers = votes.filter(({ key }) => key !== undefined);
  let most = 0;
  for (const { key } of answers) {
    const against = answers.filter((vote) => vote.key !== key);
    const count = answers.length - against.length;
    if (count >= needed) return { kind: "agreed", key: key!, against: against.map(({ endpoint }) => endpoint) };
    if (count > most) most = count;
  }
  return { kind: "open", missing: needed - most, divided: most < answers.length };
}

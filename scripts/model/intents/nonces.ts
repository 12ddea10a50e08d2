// SPDX-License-Identifier: MIT
/** Lowest nonce that neither the chain nor an open intent has taken: derived each time, never counted. */
export function nextNonce(latestNonce: number, bound: readonly number[]): number {
  const taken = new Set(bound);
  let nonce = latestNonce;
  while (taken.has(nonce)) nonce += 1;
  return nonce;
}

/** Nonces below an open intent's that nobody has: until they are filled, that intent cannot be mined. */
export function gapsBelow(latestNonce: number, bound: readonly number[]): number[] {
  return unowned(latestNonce, Math.max(latestNonce, ...bound), bound);
}

/** Nonces that endpoints hold transactions for which no open intent knows: sent before the disk was lost, or elsewhere. */
export function forgottenNonces(latestNonce: number, pendingNonce: number, bound: readonly number[]): number[] {
  return unowned(latestNonce, pendingNonce, bound);
}

/**
 * Nonces that the chain has taken since `from` and no intent, open or ended, had; undefined when they are too many to be
 * looked at one by one.
 */
export function unknownNonces(from: number, latestNonce: number, owned: readonly number[]): number[] | undefined {
  const found = unowned(from, latestNonce, owned, MOST + 1);
  return found.length > MOST ? undefined : found;
}

/** As many are looked at in a turn: a claim of endpoints must not make a long list. */
const MOST = 16;

function unowned(from: number, below: number, bound: readonly number[], most: number = MOST): number[] {
  const taken = new Set(bound);
  const found: number[] = [];
  for (let nonce = from; nonce < below && found.length < most; nonce++) if (!taken.has(nonce)) found.push(nonce);
  return found;
}

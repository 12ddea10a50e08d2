// SPDX-License-Identifier: MIT

/** What a provider sees of the vault or fund he is in. Shares, and assets of a deposit that was taken. */
export interface ProviderSight {
  readonly shares: bigint;
  /** Shares whose redemption can be fetched. */
  readonly redeemable: bigint;
  /** Assets whose shares can be fetched. */
  readonly joinable: bigint;
  /** Assets of a deposit that nobody took yet, and of one that was taken back. */
  readonly pending: bigint;
  readonly cancelled: bigint;
  readonly canLeaveInKind: boolean;
  /** He believes that everybody leaves. */
  readonly isRunning: boolean;
}

/** One throw for each look, from 0 to 99. */
export interface ProviderDice {
  readonly leave: number;
  readonly way: number;
}

export type ProviderAct =
  | { readonly kind: "fetch"; readonly shares: bigint }
  | { readonly kind: "join"; readonly assets: bigint }
  | { readonly kind: "cancel" }
  | { readonly kind: "fetchCancelled" }
  | { readonly kind: "request"; readonly shares: bigint }
  | { readonly kind: "inKind"; readonly shares: bigint };

const LEAVES_PERCENT = 2;
const IN_KIND_PERCENT = 50;
const PARTS = 2n;

/** What a provider does at one look: he fetches what is his, and now and then, or when all run, leaves. Pure. */
export function decideProvider(sight: ProviderSight, { leave, way }: ProviderDice): ProviderAct | undefined {
  const { shares, redeemable, joinable, pending, cancelled, canLeaveInKind, isRunning } = sight;
  if (redeemable > 0n) return { kind: "fetch", shares: redeemable };
  if (joinable > 0n) return { kind: "join", assets: joinable };
  if (cancelled > 0n) return { kind: "fetchCancelled" };
  if (isRunning && pending > 0n) return { kind: "cancel" };
  if (shares === 0n || (!isRunning && leave >= LEAVES_PERCENT)) return undefined;
  const part = isRunning || shares < PARTS ? shares : shares / PARTS;
  const inKind = canLeaveInKind && (isRunning || way < IN_KIND_PERCENT);
  return { kind: inKind ? "inKind" : "request", shares: part };
}

// SPDX-License-Identifier: MIT
import type { VaultPosition } from "../chain/VaultViews.ts";

/** One thing to be done about a vault: needed while `amount` is not 0. */
export interface VaultMove {
  readonly name: string;
  readonly amount: (position: VaultPosition) => bigint;
  readonly call: (amount: bigint) => readonly [name: string, given: readonly unknown[]];
}

/** Of the Clearinghouse: to be handed books. */
export const RIGHT_RECEIVE = 4n;
/** The only request id. */
const REQUEST = 0n;
const REDEEM = "redeem(uint256,address,address)";
const DEPOSIT = "deposit(uint256,address,address)";

/** Takes back what waits to join, which is claimed after it. */
export function cancelJoining(me: string): VaultMove {
  return {
    name: "take back what waits to join",
    amount: ({ pendingDeposit }) => pendingDeposit,
    call: () => ["cancelDepositRequest", [REQUEST, me]],
  };
}

/** Takes back shares that wait to leave, which are claimed after it. */
export function cancelLeaving(me: string): VaultMove {
  return {
    name: "take shares back that wait to leave",
    amount: ({ pendingRedeem }) => pendingRedeem,
    call: () => ["cancelRedeemRequest", [REQUEST, me]],
  };
}

/** Everything that a vault owes somebody, in an order in which nothing waits for what comes after it. */
export function claimMoves(me: string): VaultMove[] {
  return [
    {
      name: "claim what was taken back",
      amount: ({ cancelledDeposit }) => cancelledDeposit,
      call: () => ["claimCancelDepositRequest", [REQUEST, me, me]],
    },
    {
      name: "claim shares",
      amount: ({ claimableDeposit }) => claimableDeposit,
      call: (amount) => [DEPOSIT, [amount, me, me]],
    },
    {
      name: "claim what left",
      amount: ({ claimableRedeem }) => claimableRedeem,
      call: (amount) => [REDEEM, [amount, me, me]],
    },
    {
      name: "claim shares that were taken back",
      amount: ({ cancelledRedeem }) => cancelledRedeem,
      call: () => ["claimCancelRedeemRequest", [REQUEST, me, me]],
    },
  ];
}

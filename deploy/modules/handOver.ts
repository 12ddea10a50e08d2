// SPDX-License-Identifier: MIT
import type {
  AccountRuntimeValue,
  CallableContractFuture,
  Future,
  IgnitionModule,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { id } from "ethers";

import {
  ADMIN_ROLE,
  GOVERNANCE_DELAY_SECONDS,
  GOVERNED_CONTRACTS,
  GOVERNED_FUNCTIONS,
  GUARDED_FUNCTIONS,
  GUARDIAN_ROLE,
  PARAMETERS_ROLE,
} from "../governance.ts";

type Contract = CallableContractFuture<string>;
type Account = AccountRuntimeValue | string;

/** What is handed over, and to whom. */
export interface Estate {
  /** Governed contracts by the names of `GOVERNED_CONTRACTS`. */
  readonly contracts: Readonly<Record<(typeof GOVERNED_CONTRACTS)[keyof typeof GOVERNED_CONTRACTS], Contract>>;
  readonly authority: Contract;
  readonly timelock: Contract;
  readonly governor: Account;
  readonly guardian: Account;
  /** Everything the deployer still does with its rights. */
  readonly done: readonly IgnitionModule[];
}

/** The deployer gives every governed function to its role, and every right of its own to the timelock. */
export function handOver(m: IgnitionModuleBuilder, estate: Estate): void {
  const { authority, timelock, governor, guardian, done } = estate;
  const assigned = [
    ...assign(m, estate, GOVERNED_FUNCTIONS, PARAMETERS_ROLE, "Govern"),
    ...assign(m, estate, GUARDED_FUNCTIONS, GUARDIAN_ROLE, "Guard"),
  ];
  const grant = (name: string, role: bigint, to: Account | Contract, delay: number, after: Future[]): Future =>
    m.call(authority, "grantRole", [role, to, delay], { id: name, after: [...done, ...after] });
  const granted = [
    grant("GrantParameters", PARAMETERS_ROLE, governor, GOVERNANCE_DELAY_SECONDS, assigned),
    grant("GrantGuardian", GUARDIAN_ROLE, guardian, 0, assigned),
    // A second time to the same account changes nothing.
    grant("GrantGovernorGuard", GUARDIAN_ROLE, governor, 0, assigned),
  ];
  const handed = grant("GrantAdmin", ADMIN_ROLE, timelock, 0, granted);
  m.call(authority, "renounceRole", [ADMIN_ROLE, m.getAccount(0)], { id: "RenounceAdmin", after: [handed] });
}

function assign(
  m: IgnitionModuleBuilder,
  { authority, contracts, done }: Estate,
  functions: Readonly<Partial<Record<keyof typeof GOVERNED_CONTRACTS, readonly string[]>>>,
  role: bigint,
  prefix: string,
): Future[] {
  return Object.entries(functions).map(([name, signatures]) =>
    m.call(
      authority,
      "setTargetFunctionRole",
      [
        contracts[GOVERNED_CONTRACTS[name as keyof typeof GOVERNED_CONTRACTS]],
        signatures.map((signature) => id(signature).slice(0, 10)),
        role,
      ],
      { id: `${prefix}${name}`, after: [...done] },
    ),
  );
}

// SPDX-License-Identifier: MIT
import { Contract, id, Interface, ZeroHash } from "ethers";
import type { Provider } from "ethers";

import {
  ADMIN_ROLE,
  GOVERNANCE_DELAY_SECONDS,
  GOVERNED_CONTRACTS,
  GUARDIAN_ROLE,
  PARAMETERS_ROLE,
} from "../governance.ts";
import { accountOf, addressOf, same } from "./Deployment.ts";
import type { Check, Deployment } from "./Deployment.ts";
import { EVERY_GOVERNED_FUNCTION } from "./functions.ts";
import { logsOf } from "./logsOf.ts";

const AUTHORITY = new Interface([
  "event RoleGranted(uint64 indexed roleId, address indexed account, uint32 delay, uint48 since, bool newMember)",
  "event TargetFunctionRoleUpdated(address indexed target, bytes4 selector, uint64 indexed roleId)",
]);
const AUTHORITY_VIEWS = [
  "function hasRole(uint64,address) view returns (bool,uint32)",
  "function getRoleAdmin(uint64) view returns (uint64)",
  "function getRoleGuardian(uint64) view returns (uint64)",
  "function getTargetFunctionRole(address,bytes4) view returns (uint64)",
  "function getTargetAdminDelay(address) view returns (uint32)",
  "function isTargetClosed(address) view returns (bool)",
];
const TIMELOCK = new Interface([
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
]);
const TIMELOCK_VIEWS = [
  "function getMinDelay() view returns (uint256)",
  "function hasRole(bytes32,address) view returns (bool)",
];

/** Somebody with a role; `delaySeconds` of the AccessManager's is what his calls wait. */
export interface RoleMember {
  readonly contract: "AccessManager" | "TimelockController";
  readonly role: string;
  readonly account: string;
  readonly delaySeconds: number;
}

/** Names of the timelock's roles. */
const TIMELOCK_ROLES = ["PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE", "DEFAULT_ADMIN_ROLE"] as const;
/** Names of the AccessManager's. */
const AUTHORITY_ROLES = new Map([
  [ADMIN_ROLE, "admin"],
  [PARAMETERS_ROLE, "parameters"],
  [GUARDIAN_ROLE, "guardian"],
]);

/** Everybody who has a role now, among all who were ever given one. */
export async function roleMembers(provider: Provider, deployment: Deployment): Promise<RoleMember[]> {
  const [ofAuthority, ofTimelock] = await Promise.all([
    authorityMembers(provider, deployment),
    timelockMembers(provider, deployment),
  ]);
  return [...ofAuthority, ...ofTimelock];
}

async function authorityMembers(provider: Provider, deployment: Deployment): Promise<RoleMember[]> {
  const address = addressOf(deployment, "authority");
  const authority = new Contract(address, AUTHORITY_VIEWS, provider);
  const granted = (await logsOf(provider, address, AUTHORITY, deployment.firstBlock ?? 0))
    .filter(({ name }) => name === "RoleGranted")
    .map(({ args }) => [args["roleId"], args["account"]] as [bigint, string]);
  const members = await Promise.all(
    distinct(granted).map(async ([role, account]) => {
      const [isMember, delay] = (await authority.getFunction("hasRole")(role, account)) as [boolean, bigint];
      const name = AUTHORITY_ROLES.get(role) ?? `role ${role}`;
      return isMember ? [{ contract: "AccessManager" as const, role: name, account, delaySeconds: Number(delay) }] : [];
    }),
  );
  return members.flat();
}

async function timelockMembers(provider: Provider, deployment: Deployment): Promise<RoleMember[]> {
  const address = addressOf(deployment, "timelock");
  const timelock = new Contract(address, TIMELOCK_VIEWS, provider);
  const names = new Map(TIMELOCK_ROLES.map((name) => [name === "DEFAULT_ADMIN_ROLE" ? ZeroHash : id(name), name]));
  const granted = (await logsOf(provider, address, TIMELOCK, deployment.firstBlock ?? 0)).map(
    ({ args }) => [args["role"], args["account"]] as [string, string],
  );
  const members = await Promise.all(
    distinct(granted).map(async ([role, account]) => {
      const isMember = (await timelock.getFunction("hasRole")(role, account)) as boolean;
      const name = names.get(role) ?? role;
      return isMember ? [{ contract: "TimelockController" as const, role: name, account, delaySeconds: 0 }] : [];
    }),
  );
  return members.flat();
}

function distinct<Key extends bigint | string>(pairs: readonly [Key, string][]): [Key, string][] {
  return [...new Map(pairs.map((pair) => [pair.join().toLowerCase(), pair])).values()];
}

/** The timelock alone administers, nobody skips it, and nobody has a role who should not. */
export const checkRoles: Check = async (provider, deployment) => {
  const members = await roleMembers(provider, deployment);
  const expected = expectedMembers(deployment);
  const key = ({ contract, role, account, delaySeconds }: RoleMember): string =>
    `${contract} ${role} ${account.toLowerCase()} ${delaySeconds}`;
  const [isThere, isMeant] = [new Set(members.map(key)), new Set(expected.map(key))];
  const told = ({ contract, role, account, delaySeconds }: RoleMember): string =>
    `${account} as ${role} of the ${contract}${delaySeconds === 0 ? "" : ` with ${delaySeconds} s to wait`}`;
  return [
    ...expected.filter((one) => !isThere.has(key(one))).map((one) => `missing: ${told(one)}`),
    ...members.filter((one) => !isMeant.has(key(one))).map((one) => `not meant: ${told(one)}`),
    ...(await checkRules(provider, deployment)),
  ];
};

function expectedMembers(deployment: Deployment): RoleMember[] {
  const { parameters, deployer } = deployment;
  const governor = accountOf(parameters.governor, deployer);
  const guardian = accountOf(parameters.guardian, deployer);
  const timelock = addressOf(deployment, "timelock");
  const guardians = same(governor, guardian) ? [governor] : [governor, guardian];
  const authority = (role: string, account: string, delaySeconds: number): RoleMember => ({
    contract: "AccessManager",
    role,
    account,
    delaySeconds,
  });
  return [
    authority("admin", timelock, 0),
    authority("parameters", governor, GOVERNANCE_DELAY_SECONDS),
    ...guardians.map((account) => authority("guardian", account, 0)),
    ...TIMELOCK_ROLES.map((role) => ({
      contract: "TimelockController" as const,
      role,
      account: role === "DEFAULT_ADMIN_ROLE" ? timelock : governor, // the timelock changes its own roles, 48 h after saying so
      delaySeconds: 0,
    })),
  ];
}

/** Delays, who administers roles, and functions that were given to one beside those that should be. */
async function checkRules(provider: Provider, deployment: Deployment): Promise<string[]> {
  const address = addressOf(deployment, "authority");
  const authority = new Contract(address, AUTHORITY_VIEWS, provider);
  const timelock = new Contract(addressOf(deployment, "timelock"), TIMELOCK_VIEWS, provider);
  const ask = (name: string, ...given: unknown[]): Promise<unknown> => authority.getFunction(name)(...given);

  const delay = (await timelock.getFunction("getMinDelay")()) as bigint;
  const found = delay === BigInt(GOVERNANCE_DELAY_SECONDS) ? [] : [`the timelock waits ${delay} s`];
  for (const [role, name] of AUTHORITY_ROLES) {
    if ((await ask("getRoleAdmin", role)) !== ADMIN_ROLE) found.push(`the ${name} role is not given by the admin`);
    if ((await ask("getRoleGuardian", role)) !== ADMIN_ROLE) found.push(`calls of the ${name} role have a guardian`);
  }
  for (const [contract, name] of Object.entries(GOVERNED_CONTRACTS)) {
    const target = addressOf(deployment, name);
    if (await ask("isTargetClosed", target)) found.push(`${contract} is closed to everybody`);
    const wait = await ask("getTargetAdminDelay", target);
    if (wait !== 0n) found.push(`roles of ${contract} change only after ${String(wait)} s more`);
  }
  return [...found, ...(await strangeFunctions(provider, deployment, authority))];
}

/** Functions that have had another role than the admin's and are on no list. */
async function strangeFunctions(provider: Provider, deployment: Deployment, authority: Contract): Promise<string[]> {
  const address = addressOf(deployment, "authority");
  const known = new Set(
    EVERY_GOVERNED_FUNCTION.map(({ contract, selector }) =>
      `${addressOf(deployment, GOVERNED_CONTRACTS[contract])}${selector}`.toLowerCase(),
    ),
  );
  const changed = (await logsOf(provider, address, AUTHORITY, deployment.firstBlock ?? 0))
    .filter(({ name }) => name === "TargetFunctionRoleUpdated")
    .map(({ args }) => [args["target"], args["selector"]] as [string, string])
    .filter(([target, selector]) => !known.has(`${target}${selector}`.toLowerCase()));
  const found = await Promise.all(
    distinct(changed).map(async ([target, selector]) => {
      const role = (await authority.getFunction("getTargetFunctionRole")(target, selector)) as bigint;
      return role === ADMIN_ROLE ? [] : [`${selector} of ${target} was given to role ${role}`];
    }),
  );
  return found.flat();
}

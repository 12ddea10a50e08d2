// SPDX-License-Identifier: MIT
import type { NonceManager } from "ethers";

import { DOMAINS } from "./stageCast.ts";
import type { LocalKeys } from "./LocalKeys.ts";
import type { LocalRoom } from "./deployLocal.ts";

/** Bond of every validator of a stage, in whole bond tokens. */
export const BOND_TOKENS = 100_000n;
const SIGNER_PROOF = {
  SignerProof: [
    { name: "withdrawal", type: "address" },
    { name: "signer", type: "address" },
  ],
};

/** Registers validators with equal bonds, spread over the failure domains. @returns Their ids by name. */
export async function enroll(
  room: LocalRoom,
  treasurer: NonceManager,
  keys: LocalKeys,
  chainId: bigint,
  names: readonly string[],
): Promise<Map<string, bigint>> {
  const registry = room.registry.connect(treasurer);
  const token = room.token.connect(treasurer);
  const verifyingContract = await registry.getAddress();
  const domain = { name: "Ballast Validator Registry", version: "1", chainId, verifyingContract };
  const bond = BOND_TOKENS * 10n ** (await token.decimals());

  await (await token.mint(await treasurer.getAddress(), bond * BigInt(names.length))).wait();
  await (await token.approve(verifyingContract, bond * BigInt(names.length))).wait();
  const ids = new Map<string, bigint>();
  for (const [index, name] of names.entries()) {
    const signer = keys.of(name);
    const withdrawal = keys.of(`${name}, withdrawal`).address;
    const proof = await signer.signTypedData(domain, SIGNER_PROOF, { withdrawal, signer: signer.address });
    await (await registry.register(withdrawal, signer.address, bond, index % DOMAINS.length, proof)).wait();
    ids.set(name, await registry.validatorOf(signer.address));
  }
  return ids;
}

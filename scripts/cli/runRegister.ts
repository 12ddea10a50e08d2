// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { pino } from "pino";
import { Registry } from "prom-client";
import { z } from "zod";

import type { BlockFacts } from "../chain/chainFacts.ts";
import { ContractReader } from "../chain/ContractReader.ts";
import { registryInterface } from "../chain/registryInterface.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import { BallastError } from "../model/BallastError.ts";
import { openOracle } from "../programs/openOracle.ts";
import type { OracleAccess } from "../programs/openOracle.ts";
import { parseAmount } from "../trade/series.ts";
import { registrationData } from "../validator/seatActs.ts";
import { seatConfigShape } from "../validator/SeatConfig.ts";
import { EXIT } from "./exitCodes.ts";
import { loadConfig } from "./loadConfig.ts";
import { openKey } from "./openKey.ts";
import type { SeatOptions } from "./runSeat.ts";
import { sendCalls, senderOf } from "./sendCalls.ts";
import { tellAct } from "./tellAct.ts";

/** What a new validator brings, as its owner says it. */
export interface RegisterOptions extends SeatOptions {
  /** In whole bond tokens. */
  readonly bond: string;
  readonly failureDomain: bigint;
}

const token = new Interface([
  "function allowance(address owner, address spender) view returns (uint256)",
  "function approve(address spender, uint256 value) returns (bool)",
  "function balanceOf(address owner) view returns (uint256)",
  "function decimals() view returns (uint8)",
]);

/** Registers a validator: `key` pays the bond and owns it, `nextKey` signs. One line of JSON on stdout, with its id when it was sent. */
export async function runRegister(options: RegisterOptions): Promise<number> {
  const config = await loadConfig(options.config, seatConfigShape);
  if (config.nextKey === undefined) throw new BallastError("configInvalid", "nextKey must name the key that will sign");
  const owner = await senderOf(config);
  const signer = await openKey(config.nextKey, process.env["BALLAST_PASSPHRASE"]);
  const log = pino({ name: "seat", level: options.logLevel }, pino.destination({ fd: 2, sync: true }));
  const access = await openOracle(config.chain, { observer: new RpcMetrics(new Registry(), log) });
  try {
    const { registry } = config;
    const { chainId } = config.chain;
    const head = await access.agreed.head();
    const { address, bond, mayPull } = await readBond(access, registry, owner.address, options.bond, head);
    const { failureDomain } = options;
    const data = await registrationData(
      { registry, chainId },
      { withdrawal: owner.address, signer, bond, failureDomain },
    );
    const approval = { to: address, data: token.encodeFunctionData("approve", [registry, bond]) };
    const calls = [...(mayPull < bond ? [approval] : []), { to: registry, data }];
    const shown = { withdrawal: owner.address, signer: signer.address, bond, calls };
    if (!options.send) tellAct("seat", "register", { ...shown, send: "not sent: call again with --send" });
    else {
      const sent = await sendCalls(config, { chain: access.chain, signer: owner, log }, calls);
      const reader = new ContractReader(access.agreed, registry, registryInterface);
      const [validatorId] = await reader.read("validatorOf", [signer.address], await access.agreed.head());
      tellAct("seat", "register", { ...shown, ...sent, validatorId });
    }
    return EXIT.ok;
  } finally {
    access.chain.close();
  }
}

/** The bond in token units, and what of it the registry may pull. @throws BallastError `needsTokens`. */
async function readBond(
  { agreed }: OracleAccess,
  registry: string,
  owner: string,
  text: string,
  head: BlockFacts,
): Promise<{ readonly address: string; readonly bond: bigint; readonly mayPull: bigint }> {
  const amount = z.tuple([z.bigint()]);
  const [found] = await new ContractReader(agreed, registry, registryInterface).read("bondToken", [], head);
  const address = z.string().parse(found);
  const reader = new ContractReader(agreed, address, token);
  const read = async (name: string, given: readonly string[]): Promise<bigint> =>
    amount.parse((await reader.read(name, given, head)).toArray())[0];
  const bond = parseAmount("bond", text, Number(await read("decimals", [])));
  const balance = await read("balanceOf", [owner]);
  if (balance < bond)
    throw new BallastError("needsTokens", "The key's account holds less than the bond", {
      context: { token: address, bond, balance, account: owner },
    });
  return { address, bond, mayPull: await read("allowance", [owner, registry]) };
}

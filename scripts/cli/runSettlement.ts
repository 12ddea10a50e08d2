// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";

import { pino } from "pino";
import { Registry } from "prom-client";

import { encodeCall } from "../chain/abiText.ts";
import type { BlockFacts } from "../chain/chainFacts.ts";
import { clearingInterface } from "../chain/clearingInterface.ts";
import { explainRefusal } from "../chain/explainRefusal.ts";
import type { KeystoreSigner } from "../chain/KeystoreSigner.ts";
import type { Log } from "../chain/Log.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import { BallastError } from "../model/BallastError.ts";
import { clearingDomain } from "../model/clearing/quoteTypedData.ts";
import type { ClearingDomain } from "../model/clearing/quoteTypedData.ts";
import { SIGNING_CLOSES, SIGNING_OPENS } from "../model/clearing/settlementPrice.ts";
import { openOracle } from "../programs/openOracle.ts";
import type { OracleAccess } from "../programs/openOracle.ts";
import { readExpiry } from "../settlement/readExpiry.ts";
import type { ExpiryFacts } from "../settlement/readExpiry.ts";
import { settlementConfigShape } from "../settlement/SettlementConfig.ts";
import type { SettlementConfig } from "../settlement/SettlementConfig.ts";
import { gatherPosting, signedPriceShape, signPrice } from "../settlement/signedPrices.ts";
import type { SignedPrice } from "../settlement/signedPrices.ts";
import { EXIT } from "./exitCodes.ts";
import { loadConfig } from "./loadConfig.ts";
import { openKey } from "./openKey.ts";
import { sendCalls } from "./sendCalls.ts";
import { tellAct } from "./tellAct.ts";

export const SETTLEMENT_ACTS = ["show", "sign", "post", "challenge"] as const;
export type SettlementAct = (typeof SETTLEMENT_ACTS)[number];

/** How the command was called. Unix seconds, 8 decimals. */
export interface SettlementOptions {
  readonly config: string;
  readonly market: bigint;
  readonly expiry: bigint;
  readonly price: bigint;
  readonly mostBps: bigint;
  /** Files with a signature each. */
  readonly signatures: readonly string[];
  readonly send: boolean;
  readonly logLevel: string;
}

interface Opened {
  readonly config: SettlementConfig;
  readonly access: OracleAccess;
  readonly head: BlockFacts;
  readonly log: Log;
  readonly facts: ExpiryFacts;
  readonly domain: ClearingDomain;
}

type Told = Readonly<Record<string, unknown>>;

const ACTS: Readonly<Record<SettlementAct, (opened: Opened, options: SettlementOptions) => Promise<Told>>> = {
  show: ({ facts }) => Promise.resolve(shownOf(facts)),
  sign: async ({ config, facts, domain }, { price, mostBps }) =>
    signPrice(facts, domain, await keyFor(config, "sign"), price, mostBps),
  post: async (opened, { signatures: files, send }) => {
    const { facts, domain } = opened;
    const posting = gatherPosting(facts, domain, await Promise.all(files.map(readSigned)));
    const { price, setId, seats, signatures } = posting;
    const given = [facts.market, facts.expiry, price, setId, seats, signatures];
    return { ...posting, ...(await hand(opened, "postSettlementPrice", given, send)) };
  },
  challenge: async (opened, { market, expiry, send }) => {
    await keyFor(opened.config, "challenge"); // somebody has to have the bond
    return hand(opened, "challengeSettlementPrice", [market, expiry], send);
  },
};

const PROGRAM = "settlement";
const NOBODY = `0x${"0".repeat(40)}`;

/** Shows an expiry, signs its price, posts what was signed or disputes it; one line of JSON on stdout. */
export async function runSettlement(act: SettlementAct, options: SettlementOptions): Promise<number> {
  const config = await loadConfig(options.config, settlementConfigShape);
  const { chain, clearinghouse } = config;
  const log = pino({ name: PROGRAM, level: options.logLevel }, pino.destination({ fd: 2, sync: true }));
  const access = await openOracle(chain, { observer: new RpcMetrics(new Registry(), log) });
  try {
    const head = await access.agreed.head();
    const facts = await readExpiry(access.agreed, { clearinghouse, oracle: chain.oracle }, options, head).catch(refuse);
    const domain = clearingDomain(chain.chainId, clearinghouse);
    tellAct(PROGRAM, act, await ACTS[act]({ config, access, head, log, facts, domain }, options));
    return EXIT.ok;
  } finally {
    access.chain.close();
  }
}

/** Weights of the seats that count, and by when what is signed. */
function shownOf({ seats, mask, expiry, ...facts }: ExpiryFacts): Told {
  const counting = seats.flatMap(({ signer, weight }, seat) =>
    weight === 0n || ((mask >> BigInt(seat)) & 1n) === 1n ? [] : [{ seat, signer, weight }],
  );
  return { ...facts, expiry, opens: expiry + SIGNING_OPENS, closes: expiry + SIGNING_CLOSES, seats: counting };
}

/** Tries a call, and sends it when that is asked for. */
async function hand(
  { config, access, head, log }: Opened,
  name: string,
  given: readonly unknown[],
  send: boolean,
): Promise<Told> {
  const call = { to: config.clearinghouse, data: encodeCall(clearingInterface, name, given) };
  const signer = send || config.key !== undefined ? await keyFor(config, "send") : undefined;
  await access.agreed.call({ from: signer?.address ?? NOBODY, ...call }, head).catch(refuse);
  if (!send || signer === undefined) return { ...call, send: "not sent: send it, or call again with --send" };
  return { ...call, ...(await sendCalls(config, { chain: access.chain, signer, log }, [call])) };
}

/** @throws BallastError `configInvalid` without a key. */
async function keyFor({ key }: SettlementConfig, act: string): Promise<KeystoreSigner> {
  if (key === undefined) throw new BallastError("configInvalid", `To ${act}, key must name a keystore`);
  return openKey(key, process.env["BALLAST_PASSPHRASE"]);
}

/** @throws BallastError `configInvalid` for a file that holds no signature. */
async function readSigned(file: string): Promise<SignedPrice> {
  try {
    return signedPriceShape.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new BallastError("configInvalid", `${file} holds no signature of a settlement price`, {
      context: { file },
      cause,
    });
  }
}

function refuse(error: unknown): never {
  throw explainRefusal(error);
}

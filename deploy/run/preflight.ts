// SPDX-License-Identifier: MIT
import { Contract, formatUnits } from "ethers";
import type { Provider } from "ethers";

import { BallastError } from "../../scripts/model/BallastError.ts";
import { tokenOf, tokensPerUnit } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";

const TOKEN = ["function decimals() view returns (uint8)", "function balanceOf(address) view returns (uint256)"];
const AGGREGATOR = [
  "function decimals() view returns (uint8)",
  "function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)",
];

/** @throws BallastError `chainMismatch`. */
export async function requireChain(provider: Provider, { chain }: Parameters): Promise<void> {
  const { chainId } = await provider.getNetwork();
  if (chainId !== BigInt(chain.id))
    throw new BallastError("chainMismatch", `The node is of chain ${chainId}, the parameters are of ${chain.id}`, {
      context: { given: `${chainId}`, expected: chain.id },
    });
}

/**
 * What the deployment leans on is there, and the deployer has the tokens that the markets are insured with.
 * @param isBegun Some of it may be paid already: then nobody knows what is still due, and the calls themselves tell.
 * @throws BallastError `preflightFailed`: all that is missing.
 * @returns What an operator should know and may ignore.
 */
export async function preflight(
  provider: Provider,
  parameters: Parameters,
  deployer: string,
  isBegun: boolean,
): Promise<string[]> {
  const missing = [
    ...(await checkTokens(provider, parameters)),
    ...(await checkWitnesses(provider, parameters)),
    ...(isBegun ? [] : await checkInsurance(provider, parameters, deployer)),
  ];
  if (missing.length > 0)
    throw new BallastError("preflightFailed", `Not ready: ${missing.join("; ")}`, {
      context: { missing: missing.length, deployer },
    });
  return staleWitnesses(provider, parameters);
}

async function checkTokens(provider: Provider, parameters: Parameters): Promise<string[]> {
  const { markets } = parameters.clearing;
  const tokens = new Map([
    [parameters.bondToken, parameters.risk.bondDecimals],
    ...markets.map((market) => [tokenOf(parameters, market), market.collateralDecimals] as const),
  ]);
  const found = await Promise.all(
    [...tokens].map(async ([token, decimals]) => {
      if ((await provider.getCode(token)) === "0x") return [`no token at ${token}`];
      const given: unknown = await new Contract(token, TOKEN, provider)
        .getFunction("decimals")()
        .catch(() => undefined);
      return given === BigInt(decimals) ? [] : [`token ${token} has ${String(given)} decimals, not ${decimals}`];
    }),
  );
  return found.flat();
}

async function checkWitnesses(provider: Provider, { feeds }: Parameters): Promise<string[]> {
  const all = feeds.flatMap(({ description, sources }) => sources.map(({ target }) => ({ description, target })));
  const found = await Promise.all(
    all.map(async ({ description, target }) =>
      (await provider.getCode(target)) === "0x" ? [`no witness of ${description} at ${target}`] : [],
    ),
  );
  return found.flat();
}

async function checkInsurance(provider: Provider, parameters: Parameters, deployer: string): Promise<string[]> {
  const due = new Map<string, bigint>();
  for (const market of parameters.clearing.markets) {
    const token = tokenOf(parameters, market);
    due.set(token, (due.get(token) ?? 0n) + market.insurance * tokensPerUnit(market));
  }
  const found = await Promise.all(
    [...due].map(async ([token, amount]) => {
      const contract = new Contract(token, TOKEN, provider);
      const [held, decimals] = await Promise.all([
        contract
          .getFunction("balanceOf")(deployer)
          .catch(() => 0n) as Promise<bigint>,
        contract
          .getFunction("decimals")()
          .catch(() => 0n) as Promise<bigint>,
      ]);
      if (held >= amount) return [];
      return [
        `${deployer} holds ${formatUnits(held, decimals)} of ${token}, and insures markets with ${formatUnits(amount, decimals)}`,
      ];
    }),
  );
  return found.flat();
}

/** A witness that has not answered for long opens nothing: the feed waits for it. */
async function staleWitnesses(provider: Provider, { feeds }: Parameters): Promise<string[]> {
  const now = (await provider.getBlock("latest"))!.timestamp;
  const all = feeds.flatMap(({ description, sources }) =>
    sources.filter(({ kind }) => kind === "AggregatorV3").map((source) => ({ description, ...source })),
  );
  const told = await Promise.all(
    all.map(async ({ description, target, heartbeat }) => {
      const answer: unknown[] | undefined = await new Contract(target, AGGREGATOR, provider)
        .getFunction("latestRoundData")()
        .catch(() => undefined);
      if (answer === undefined) return [`the witness of ${description} at ${target} does not answer`];
      const age = now - Number(answer[3]);
      return age > heartbeat
        ? [`the witness of ${description} at ${target} is ${age} s old, more than ${heartbeat}`]
        : [];
    }),
  );
  return told.flat();
}

// SPDX-License-Identifier: MIT
import type { BreakerPolicy } from "../model/stepBreaker.ts";
import { AgreedChain } from "./AgreedChain.ts";
import { ChainClient } from "./ChainClient.ts";
import { FetchTransport } from "./FetchTransport.ts";
import { QuorumRpc } from "./QuorumRpc.ts";
import { RpcEndpoint } from "./RpcEndpoint.ts";
import type { EndpointParts } from "./RpcEndpoint.ts";
import type { RpcObserver } from "./RpcObserver.ts";
import { SystemTimer } from "./SystemTimer.ts";

/** How endpoints are waited for; what is left out has a default that suits public endpoints. */
export interface ChainPolicy {
  /** Equal answers that trigger an action; more than half of the endpoints unless said. */
  readonly agreement?: number;
  readonly timeoutMs?: number;
  readonly hedgeMs?: number;
  readonly breaker?: BreakerPolicy;
}

/** One chain, read in two ways through the same endpoints. */
export interface ChainAccess {
  /** By the first endpoint that answers. */
  readonly chain: ChainClient;
  /** By as many as must agree. */
  readonly agreed: AgreedChain;
}

const TIMEOUT_MS = 5_000;
const HEDGE_MS = 400;
const BREAKER: BreakerPolicy = { failures: 3, pauseMs: 2_000, longestPauseMs: 60_000 };
const UNOBSERVED: RpcObserver = {
  answered: () => undefined,
  breakerChanged: () => undefined,
  disagreed: () => undefined,
  lagged: () => undefined,
};

/** Reaches a chain through endpoints in order of preference. Nothing is asked yet. */
export function openChain(
  urls: readonly string[],
  chainId: bigint,
  parts: Partial<EndpointParts> = {},
  policy: ChainPolicy = {},
): ChainAccess {
  const { transport = new FetchTransport(), timer = new SystemTimer(), observer = UNOBSERVED } = parts;
  const endpoints = urls.map((url, index) => {
    const settings = { name: nameOf(url, index), url, chainId, timeoutMs: policy.timeoutMs ?? TIMEOUT_MS };
    return new RpcEndpoint({ transport, timer, observer }, { ...settings, breaker: policy.breaker ?? BREAKER });
  });
  const agreement = policy.agreement ?? Math.floor(urls.length / 2) + 1;
  const rpc = new QuorumRpc(endpoints, { timer, observer }, { agreement, hedgeMs: policy.hedgeMs ?? HEDGE_MS });
  return { chain: new ChainClient(rpc, chainId), agreed: new AgreedChain(rpc, chainId) };
}

/** Host and place in the list: the rest of an address may hold a secret. */
function nameOf(url: string, index: number): string {
  return `${index + 1}:${new URL(url).host}`;
}

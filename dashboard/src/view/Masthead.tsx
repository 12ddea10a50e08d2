// SPDX-License-Identifier: MIT
import { OLD_HEAD_SECONDS } from "../model/judgeSnapshot.ts";
import type { EndpointVerdict } from "../model/judgeEndpoints.ts";
import type { Sight } from "../model/snapshot.ts";
import { shownSpan } from "../model/units.ts";
import { useNow } from "./parts.tsx";

const PLACES = [
  ["markets", "Markets"],
  ["prices", "Prices"],
  ["tolerance", "Tolerance"],
  ["auctions", "Auctions"],
  ["books", "Books"],
  ["expiries", "Expiries"],
  ["vaults", "Vaults"],
  ["validators", "Validators"],
  ["act", "Act"],
  ["events", "Events"],
] as const;

/** Name, ways through the page, and how current all of it is. */
export function Masthead(given: {
  readonly sight: Sight;
  readonly chainId: bigint | undefined;
  readonly onLeave: () => void;
}) {
  const { sight, chainId, onLeave } = given;
  return (
    <header class="masthead">
      <p class="name">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M4 12h24l-4 12a4 4 0 0 1-4 3h-8a4 4 0 0 1-4-3z" />
          <path d="M15 3h2v8h-2z" />
        </svg>
        Ballast
      </p>
      <nav aria-label="Sections">
        {PLACES.map(([place, text]) => (
          <a key={place} href={`#${place}`}>
            {text}
          </a>
        ))}
      </nav>
      <div class="status">
        <Currency sight={sight} />
        <button type="button" class="quiet" onClick={onLeave}>
          {chainId === undefined ? "endpoint" : `chain ${chainId}`}
        </button>
      </div>
    </header>
  );
}

function Currency({ sight }: { readonly sight: Sight }) {
  const now = useNow();
  if (sight.kind === "starting") return <span class="dot blind">reading for the first time …</span>;
  if (sight.last === undefined) return <span class="dot bad">nothing could be read</span>;
  const { block, readAtMs, endpoints } = sight.last;
  const age = BigInt(Math.floor(now / 1_000)) - block.timestamp;
  const isOld = age > OLD_HEAD_SECONDS;
  const told = age < -60n ? `whose clock is ${shownSpan(-age)} ahead` : `${shownSpan(age < 0n ? 0n : age)} old`;
  if (sight.kind === "failed") {
    const since = shownSpan(BigInt(Math.max(Math.floor((now - readAtMs) / 1_000), 0)));
    return <span class="dot bad">{`not current: block ${block.number} was read ${since} ago`}</span>;
  }
  return (
    <span class={isOld ? "dot warn" : "dot good"}>
      block {String(block.number)}, {told}
      <span class="muted"> · {endpointWords(endpoints)}</span>
    </span>
  );
}

function endpointWords(verdict: EndpointVerdict): string {
  if (verdict.kind === "single") return "one endpoint, believed";
  if (verdict.kind === "agree") return "two endpoints agree";
  return "text" in verdict ? verdict.text : "";
}

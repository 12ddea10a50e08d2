// SPDX-License-Identifier: MIT
import { judgeSnapshot } from "../model/judgeSnapshot.ts";
import type { Sight } from "../model/snapshot.ts";
import { shownSpan } from "../model/units.ts";
import { useNow } from "./parts.tsx";

const MARKS = { good: "✓", bad: "✕", warn: "!", blind: "?" } as const;

/** What holds and what does not, before everything else. */
export function VerdictPanel({ sight }: { readonly sight: Sight }) {
  const now = BigInt(Math.floor(useNow() / 1_000));
  const last = sight.kind === "starting" ? undefined : sight.last;
  const verdict = last === undefined ? undefined : judgeSnapshot(last, now);
  return (
    <section class={`verdict ${sight.kind === "failed" ? "bad" : (verdict?.weight ?? "blind")}`} aria-label="Verdict">
      {sight.kind === "failed" && <Blackout sight={sight} />}
      {verdict === undefined ? (
        <h1>{sight.kind === "failed" ? "Nothing can be said." : "Reading the chain …"}</h1>
      ) : (
        <h1 aria-live="polite">
          {sight.kind === "failed" && <span class="muted">When it was last seen: </span>}
          {verdict.headline}
        </h1>
      )}
      {verdict !== undefined && verdict.findings.length > 0 && (
        <ul>
          {verdict.findings.map(({ weight, text, place }) => (
            <li key={`${place} ${text}`} class={weight}>
              <span class="mark" aria-hidden="true">
                {MARKS[weight]}
              </span>
              <a href={`#${place}`}>{text}</a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** An endpoint that is dead or lies is said, and what is below it is not passed off as current. */
function Blackout({ sight }: { readonly sight: Extract<Sight, { kind: "failed" }> }) {
  const now = useNow();
  const age = sight.last === undefined ? undefined : BigInt(Math.floor((now - sight.last.readAtMs) / 1_000));
  return (
    <p class="blackout" role="alert">
      <strong>{sight.text}.</strong>{" "}
      {age === undefined
        ? "Nothing has been read yet; the page goes on trying."
        : `Nothing below is current: it is what was true ${shownSpan(age < 0n ? 0n : age)} ago.`}
    </p>
  );
}

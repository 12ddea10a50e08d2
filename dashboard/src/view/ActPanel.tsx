// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from "preact/hooks";

import { shownAmount } from "../../../scripts/model/trading/shownAmount.ts";
import { ACT_WORDS, ACTS, FIELDS } from "../model/act.ts";
import type { Act, Field, Forecast, Step, Typed, WalletAnswer } from "../model/act.ts";
import { marketOf } from "../model/money.ts";
import type { SeriesOffer, Side } from "../model/offers.ts";
import type { SeenBlock, Snapshot } from "../model/snapshot.ts";
import { shortAddress, shownSpan } from "../model/units.ts";
import { OffersList } from "./OffersList.tsx";
import type { ListOffers } from "./OffersList.tsx";
import { Panel, useNow } from "./parts.tsx";

/** A wallet of this browser, by its name. */
export interface WalletName {
  readonly id: string;
  readonly name: string;
}

/** What a wallet and the chain can do for somebody. */
export interface Hands {
  /** Tells of wallets as they are found. */
  readonly find: (onFound: (wallets: readonly WalletName[]) => void) => void;
  /** @returns The account, or why there is none. */
  readonly connect: (wallet: string) => Promise<WalletAnswer>;
  readonly forecast: (account: string, act: Act, typed: Typed, block: SeenBlock) => Promise<Forecast>;
  readonly list: (account: string, ...asked: Parameters<ListOffers>) => ReturnType<ListOffers>;
  /** @returns The transaction, or why there is none. */
  readonly send: (wallet: string, account: string, step: Step) => Promise<WalletAnswer>;
}

const LABELS: Readonly<Record<Field, string>> = {
  market: "Market",
  vault: "Vault",
  expiry: "Expiry, a day",
  amount: "Amount",
  shares: "Shares",
  strike: "Strike",
  side: "Call or put",
  size: "Options",
  premium: "Premium for one",
};
/** Fields that are something else in an act. */
const OWN_LABELS: Readonly<Partial<Record<Act, Partial<Record<Field, string>>>>> = {
  buy: { premium: "Highest premium for one" },
  sell: { premium: "Lowest premium for one" },
};
/** Whose quotes an act fills. */
const SIDES: Readonly<Partial<Record<Act, Side>>> = { buy: "asks", sell: "bids" };

/** What somebody with a wallet can do: each step is tried on the chain and told before it is signed. */
export function ActPanel({ snapshot, hands }: { readonly snapshot: Snapshot; readonly hands: Hands }) {
  const [wallets, setWallets] = useState<readonly WalletName[]>([]);
  const [chosen, choose] = useState<{ readonly wallet: string; readonly account: string } | undefined>(undefined);
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  useEffect(() => hands.find(setWallets), []);
  const connect = async (wallet: string): Promise<void> => {
    const answer = await hands.connect(wallet);
    if (answer.kind === "done") choose({ wallet, account: answer.value });
    setTrouble(answer.kind === "refused" ? answer.text : undefined);
  };
  const note = chosen === undefined ? "Read-only without a wallet" : `As ${shortAddress(chosen.account)}`;
  return (
    <Panel id="act" title="Act" note={note} wide>
      {chosen === undefined && wallets.length === 0 && <p class="empty">No wallet is in this browser.</p>}
      {chosen === undefined &&
        wallets.map(({ id, name }) => (
          <button key={id} type="button" class="quiet" onClick={() => void connect(id)}>
            Connect {name}
          </button>
        ))}
      {trouble !== undefined && (
        <p class="unread" role="alert">
          {trouble}
        </p>
      )}
      {chosen !== undefined && <ActForm snapshot={snapshot} hands={hands} {...chosen} />}
    </Panel>
  );
}

function ActForm(given: {
  readonly snapshot: Snapshot;
  readonly hands: Hands;
  readonly wallet: string;
  readonly account: string;
}) {
  const { snapshot, hands, wallet, account } = given;
  const [act, setAct] = useState<Act>("deposit");
  const [typed, type] = useState<Typed>({ market: "1", side: "call" });
  const [told, tell] = useState<Forecast | undefined>(undefined);
  const [outcome, setOutcome] = useState<WalletAnswer | undefined>(undefined);
  const looks = useRef(0);
  const market = marketOf(snapshot, BigInt(typed.market === undefined || typed.market === "" ? 0 : typed.market));
  /** What was told is of a form that is no more, and so is what is still being asked. */
  const forget = (): void => {
    looks.current += 1;
    tell(undefined);
    setOutcome(undefined);
  };
  const set = (field: Field, value: string): void => {
    type({ ...typed, [field]: value });
    forget();
  };
  const side = SIDES[act];
  /** As many as were wanted, or one; the price that is shown is the most that is paid, or the least that is taken. */
  const choose = ({ expiry, strike, isCall, price }: SeriesOffer): void => {
    type({
      ...typed,
      expiry: new Date(Number(expiry) * 1_000).toISOString().slice(0, 10),
      strike: shownAmount(strike, 4),
      side: isCall ? "call" : "put",
      size: typed.size ?? "1",
      premium: shownAmount(price, market?.unitDecimals ?? 0),
    });
    forget();
  };
  const look = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    forget();
    const own = looks.current;
    const found = await hands.forecast(account, act, typed, snapshot.block);
    if (own === looks.current) tell(found);
  };
  const send = async (step: Step): Promise<void> => {
    setOutcome(await hands.send(wallet, account, step));
    tell(undefined);
  };
  return (
    <form class="act" onSubmit={(event) => void look(event)}>
      <label>
        <span>What</span>
        <select
          value={act}
          onChange={(event) => {
            setAct(event.currentTarget.value as Act);
            forget();
          }}
        >
          {ACTS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      {FIELDS[act].map((field) => (
        <ActField
          key={field}
          field={field}
          label={OWN_LABELS[act]?.[field] ?? LABELS[field]}
          value={typed[field] ?? ""}
          snapshot={snapshot}
          set={set}
        />
      ))}
      <button type="submit">Look first</button>
      <p class="note">{`${act.charAt(0).toUpperCase()}${act.slice(1)} ${ACT_WORDS[act]}.`}</p>
      <div class="told" aria-live="polite">
        {told !== undefined && <Told told={told} send={send} />}
        {outcome?.kind === "refused" && <p class="unread">{outcome.text}</p>}
        {outcome?.kind === "done" && (
          <p class="sent">
            Sent: <code>{outcome.value}</code>
          </p>
        )}
      </div>
      {side !== undefined && market !== undefined && (
        <OffersList
          key={`${side} ${market.number}`}
          market={market}
          block={snapshot.block}
          side={side}
          list={(...asked) => hands.list(account, ...asked)}
          choose={choose}
        />
      )}
    </form>
  );
}

/** What would happen, and the button that makes it happen. */
function Told({ told, send }: { readonly told: Forecast; readonly send: (step: Step) => Promise<void> }) {
  return (
    <>
      {told.plan !== undefined && (
        <dl class="facts">
          {told.plan.facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {told.plan?.warning !== undefined && <p class="unread">{told.plan.warning}</p>}
      {told.kind === "refused" ? <p class="unread">{told.text}</p> : <Signature told={told} send={send} />}
      {told.kind === "passes" && told.plan.steps.length > 1 && (
        <p class="note">
          Then:{" "}
          {told.plan.steps
            .slice(1)
            .map(({ name }) => name)
            .join(", ")}
          . Look again after this one.
        </p>
      )}
    </>
  );
}

/** The button that makes it happen, as long as it can. */
function Signature(given: {
  readonly told: Extract<Forecast, { kind: "passes" }>;
  readonly send: (step: Step) => Promise<void>;
}) {
  const { told, send } = given;
  const now = BigInt(Math.floor(useNow() / 1_000));
  const { until } = told.plan;
  if (until !== undefined && now > until) return <p class="unread">The quote is over: look again.</p>;
  return (
    <button type="button" class="sign" onClick={() => void send(told.step)}>
      Sign: {told.step.name}
      {until !== undefined && <small> · holds for {shownSpan(until - now)}</small>}
    </button>
  );
}

function ActField(given: {
  readonly field: Field;
  readonly label: string;
  readonly value: string;
  readonly snapshot: Snapshot;
  readonly set: (field: Field, value: string) => void;
}) {
  const { field, label, value, snapshot, set } = given;
  const options = optionsOf(field, snapshot);
  return (
    <label>
      <span>{label}</span>
      {options === undefined ? (
        <input
          name={field}
          type="text"
          inputMode={field === "expiry" ? "text" : "decimal"}
          placeholder={field === "expiry" ? "2026-11-27" : undefined}
          value={value}
          required
          onInput={(event) => set(field, event.currentTarget.value)}
        />
      ) : (
        <select name={field} value={value} required onChange={(event) => set(field, event.currentTarget.value)}>
          {!options.some(([key]) => key === value) && <option value="">choose</option>}
          {options.map(([key, text]) => (
            <option key={key} value={key}>
              {text}
            </option>
          ))}
        </select>
      )}
    </label>
  );
}

/** What a field can be chosen from; undefined where it is typed. */
function optionsOf(field: Field, { markets, vaults }: Snapshot): (readonly [key: string, text: string])[] | undefined {
  if (field === "side")
    return [
      ["call", "call"],
      ["put", "put"],
    ];
  if (field === "market")
    return markets.flatMap((one) =>
      one.kind === "read" ? [[String(one.value.number), `${one.value.feedName}, ${one.value.symbol}`] as const] : [],
    );
  if (field === "vault")
    return vaults?.kind === "read" ? vaults.value.map(({ address, name }) => [address, name] as const) : [];
  return undefined;
}

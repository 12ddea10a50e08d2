// SPDX-License-Identifier: MIT
import { useState } from "preact/hooks";

import type { KnownDeployment, Wish } from "../model/connection.ts";

/** Asks where to read. */
export function Connect(given: {
  readonly wish: Wish;
  readonly known: readonly KnownDeployment[];
  readonly trouble: string | undefined;
  readonly onConnect: (query: string) => void;
}) {
  const { wish, known, trouble, onConnect } = given;
  const [isSent, setSent] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setSent(true);
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const filled = new URLSearchParams();
    for (const [name, value] of fields)
      if (typeof value === "string" && value.trim() !== "") filled.set(name, value.trim());
    onConnect(filled.toString());
  };
  return (
    <main class="connect">
      <h1>Where should this page read?</h1>
      <p>
        It needs a node’s RPC endpoint and nothing else. With a second one of somebody else, both are asked the same and
        compared.
      </p>
      {trouble !== undefined && (
        <p class="unread" role="alert">
          {trouble}
        </p>
      )}
      <form onSubmit={submit}>
        <Field
          name="rpc"
          label="Endpoint"
          value={wish.rpc[0]}
          hint="https://… or http://127.0.0.1:8545"
          isNeeded
          isUrl
        />
        <Field
          name="rpc2"
          label="Second endpoint"
          value={wish.rpc[1]}
          hint="https://… to compare with; may stay empty"
          isUrl
        />
        <Field name="lens" label="Lens of the deployment" value={wish.lens} hint="0x…; empty where it is known" />
        <Field
          name="vaults"
          label="Lens of its vaults"
          value={wish.vaultLens}
          hint="0x…; without it no vault is shown"
        />
        <Field
          name="board"
          label="Quote board"
          value={wish.board}
          hint="https://… or http://127.0.0.1:9500; to buy by quotes"
          isUrl
        />
        <button type="submit" disabled={isSent && trouble === undefined}>
          Read
        </button>
      </form>
      {known.length > 0 && (
        <p class="note">
          Known deployments: {known.map(({ name, chainId }) => `${name} (chain ${chainId})`).join(", ")}
        </p>
      )}
    </main>
  );
}

function Field(given: {
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly hint: string;
  readonly isNeeded?: boolean;
  readonly isUrl?: boolean;
}) {
  const { name, label, value, hint, isNeeded = false, isUrl = false } = given;
  return (
    <label>
      <span>{label}</span>
      <input
        name={name}
        type="text"
        inputMode={isUrl ? "url" : "text"}
        pattern={isUrl ? "https?://.+" : "0x[0-9a-fA-F]{40}"}
        autoComplete="off"
        spellcheck={false}
        required={isNeeded}
        value={value ?? ""}
        placeholder={hint}
      />
    </label>
  );
}

// SPDX-License-Identifier: MIT
/** What `ballastModule` returns under short names, as configurations and other people call it. */
const PUBLIC_NAMES: Readonly<Record<string, string>> = {
  authority: "accessManager",
  timelock: "timelockController",
  oracle: "priceOracle",
  pot: "rewardPot",
  escrow: "slashEscrow",
  registry: "validatorRegistry",
  router: "witnessRouter",
  risk: "riskManager",
  house: "clearinghouse",
  directory: "insurerDirectory",
  books: "bookModule",
  moves: "moveModule",
  fills: "fillModule",
  settlement: "settlementModule",
  liquidation: "liquidationModule",
  vaultFactory: "optionsVaultFactory",
};
const SHORT_NAMES = new Map(Object.entries(PUBLIC_NAMES).map(([short, name]) => [name, short]));

/** Public name of what `ballastModule` returns under `short`: `OptionsVault0` is `optionsVault0`, `facade1` `aggregatorFacade1`. */
export function publicName(short: string): string {
  const named = PUBLIC_NAMES[short] ?? short.replace(/^facade/, "aggregatorFacade");
  return named[0]!.toLowerCase() + named.slice(1);
}

/** The way back. */
export function shortName(name: string): string {
  const short = SHORT_NAMES.get(name);
  if (short !== undefined) return short;
  return name.replace(/^aggregatorFacade/, "facade").replace(/^(insuranceFund|optionsVault)(?=\d)/, capital);
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}

// SPDX-License-Identifier: MIT
// The list in which the page looks up addresses by chain id, made of the address books that the package of bindings has too.

/**
 * What the page needs of each deployment; one whose book names no lens is left out.
 * @param {Readonly<Record<string, {contracts: Readonly<Record<string, {address: string}>>}>>} books By chain id.
 */
export function pageDeployments(books) {
  return Object.entries(books).flatMap(([chainId, { contracts }]) =>
    contracts.lens === undefined
      ? []
      : [{ chainId, lens: contracts.lens.address, vaultLens: contracts.vaultLens?.address }],
  );
}

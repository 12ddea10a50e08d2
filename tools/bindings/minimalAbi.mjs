// SPDX-License-Identifier: MIT
/** What a caller needs of an ABI: no constructor, no names of Solidity's own types. */
export function minimalAbi(abi) {
  return abi.filter(({ type }) => type !== "constructor").map(minimalEntry);
}

/** A stable text of an entry's name and types: two with the same one are the same to a caller. */
export function signatureOf({ type, name = "", inputs = [] }) {
  return `${type} ${name}(${inputs.map(typeOf).join(",")})`;
}

function minimalEntry({ type, name, inputs, outputs, stateMutability, anonymous }) {
  return {
    type,
    ...(name !== undefined && { name }),
    ...(inputs !== undefined && { inputs: inputs.map(minimalParameter) }),
    ...(outputs !== undefined && { outputs: outputs.map(minimalParameter) }),
    ...(stateMutability !== undefined && { stateMutability }),
    ...(anonymous === true && { anonymous }),
  };
}

function minimalParameter({ name, type, indexed, components }) {
  return {
    name,
    type,
    ...(indexed !== undefined && { indexed }),
    ...(components !== undefined && { components: components.map(minimalParameter) }),
  };
}

function typeOf({ type, components }) {
  return components === undefined ? type : type.replace("tuple", `(${components.map(typeOf).join(",")})`);
}

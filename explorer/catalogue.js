// What the server serves: products, actions, structures, error codes, regions and targets.

let catalogue = { products: [], actions: [], structures: {}, codes: [], regions: [], targets: [] };

/** Asks the server for it; throws if it does not come. */
export async function load() {
  const response = await fetch('/explorer/catalogue.json');
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  catalogue = await response.json();
}

export const products = () => catalogue.products;
export const actions = () => catalogue.actions;
export const codes = () => catalogue.codes;
export const regions = () => catalogue.regions;

/** The region that most examples are of, or the first one. */
export const usualRegion = () =>
  (catalogue.regions.find(({ name }) => name === 'ap-guangzhou') ?? catalogue.regions[0])?.name ?? null;

export const targets = () => catalogue.targets;

/** The product of this name. */
export const product = (name) => catalogue.products.find((one) => one.name === name);

/** The actions of a product. */
export const actionsOf = (name) => catalogue.actions.filter((one) => one.product === name);

/** The action of this name. */
export const action = (productName, version, name) => catalogue.actions
  .find((one) => one.product === productName && one.version === version && one.name === name);

/** The action of this name in any product. */
export const actionNamed = (name) => catalogue.actions.find((one) => one.name === name);

/** The fields of a structure. */
export const fields = (productName, structure) => catalogue.structures[productName]?.[structure] ?? [];

/** What a code means, or `undefined` if the server does not answer it. */
export const code = (name) => catalogue.codes.find((one) => one.code === name);

/** The actions that answer a code of their own. */
export const actionsAnswering = (name) => catalogue.actions.filter((one) => one.codes.includes(name));

/** How a type is called: `list` makes `list of Filter` of `Filter`. */
export function typeName(type, list) {
  if (typeof type === 'string') return type;
  if (type.structure) return type.structure;
  return list(typeName(type.list, list));
}

/** The structure that a type is made of, or `null`. */
export const structureOf = (type) =>
  (typeof type === 'string' ? null : type.structure ?? structureOf(type.list));

/** The structures that are reached from one, each once, itself first. */
export function reached(productName, structure, found = []) {
  if (!found.includes(structure)) {
    found.push(structure);
    for (const field of fields(productName, structure)) {
      const inner = structureOf(field.type);
      if (inner) reached(productName, inner, found);
    }
  }
  return found;
}

import type { SettingProblem, Vendor } from "./contract.ts";

/** The vendors of an installation. Each vendor contains only the clouds that the installation offers. */
export type Vendors = {
  all: readonly Vendor[];
  /** Returns the vendor with this id. Throws an Error if there is none. */
  get(id: string): Vendor;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Applies each vendor's environment settings. Returns the vendors and every problem with the settings. */
export function offerVendors(
  registry: readonly Vendor[],
  environment: Environment,
): { vendors: Vendors; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const all = registry.map((vendor) => {
    if (!vendor.settings) return vendor;
    const { names } = vendor.settings;
    const read = vendor.settings.read(Object.fromEntries(names.map((name) => [name, environment[name]])));
    problems.push(...read.problems);
    return read.cloud ? withOnlyCloud(vendor, read.cloud) : vendor;
  });
  const byId = new Map(all.map((vendor) => [vendor.manifest.id, vendor]));
  const get = (id: string) => {
    const vendor = byId.get(id);
    if (!vendor) throw new Error("unknown vendor");
    return vendor;
  };
  return { vendors: { all, get }, problems };
}

/** Replaces all clouds of a vendor with the operator's own. */
function withOnlyCloud(vendor: Vendor, cloud: Vendor["manifest"]["clouds"][number]): Vendor {
  const options = [{ id: cloud.id, label: cloud.label }];
  const fields = vendor.manifest.fields.map((field) =>
    field.id === "cloud" ? { ...field, options } : field,
  );
  return { ...vendor, manifest: { ...vendor.manifest, clouds: [cloud], fields } };
}

/** Prepares the vendors when a program starts. Throws an Error that lists every problem with the settings. */
export function openVendors(registry: readonly Vendor[], environment: Environment): Vendors {
  const { vendors, problems } = offerVendors(registry, environment);
  if (problems.length === 0) return vendors;
  const list = problems.map(({ name, problem }) => `- ${name} ${problem}`).join("\n");
  throw new Error(`PocketSOC can't start:\n${list}`);
}

/** An empty set of vendors, for a program that calls none. */
export const noVendors: Vendors = offerVendors([], {}).vendors;

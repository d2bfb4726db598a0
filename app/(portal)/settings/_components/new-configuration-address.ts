/** The address of the form of a new configuration. `scope` is the scope that the form proposes. */
export const newConfigurationAddress = (vendor: string, scope?: string): string =>
  `/settings/configurations/new?${new URLSearchParams({ vendor, ...(scope ? { scope } : {}) })}`;

export const tenantId = "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b";
export const production = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";
export const development = "22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02";

/** Values for the configuration form, as in the guide's example. */
export const formValues = {
  vendor: "defender-for-cloud",
  displayName: "Azure Production",
  authType: "oauth",
  writeAs: "application",
  tenantId,
  subscriptionIds: production,
  applicationId: "1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5",
  clientSecret: "Q_e8Q~demo-secret-value-for-pocketsoc-0001",
};

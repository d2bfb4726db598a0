export { manifests } from "#lib/vendors/manifests.ts";

export { offeredManifests } from "../vendor-io.ts";

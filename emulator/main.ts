import { startEmulator } from "./start.ts";

const portFrom = (name: string, fallback: number) => Number(process.env[name] ?? fallback);

const emulator = await startEmulator({
  entraPort: portFrom("EMULATOR_ENTRA_PORT", 9443),
  armPort: portFrom("EMULATOR_ARM_PORT", 9444),
  browserPort: portFrom("EMULATOR_BROWSER_PORT", 9445),
  stateDir: process.env.EMULATOR_STATE_DIR ?? ".pocketsoc/emulator",
  control: process.env.EMULATOR_CONTROL === "1",
  portalUrls: [process.env.EMULATOR_PORTAL_URL ?? "http://localhost:3000"],
});
const { stop, ...ready } = emulator;
console.log(JSON.stringify(ready));
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => void stop().then(() => process.exit(0)));

import { buildPortal } from "./build.ts";
import { type Stack, startStack } from "./stack.ts";

const text = (stack: Stack) => `
PocketSOC is running at ${stack.portalUrl}

Sign in as     admin@contoso.example    (Admin)
               analyst@contoso.example  (waits until the Admin lets them in: Settings > Team)

Settings > Vendor Configurations > Add Configuration:
  Vendor           Defender for Cloud
  Display Name     Azure Production
  Auth Type        OAuth
  Tenant ID        4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b
  Subscription ID  11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01
                   (also 22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02, 33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03)
  Application ID   1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5
  Client Secret    Q_e8Q~demo-secret-value-for-pocketsoc-0001

Azure is an emulator here; its state and the database stay in .pocketsoc/. Ctrl-C stops everything.
`;

if (!buildPortal()) {
  console.error("The portal could not be built; the reason stands above.");
  process.exit(1);
}
let stopping = false;
let stack: Stack | undefined;
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await stack?.stop();
  process.exit(code);
}
process.on("SIGINT", () => void stop(0));
process.on("SIGTERM", () => void stop(0));
try {
  stack = await startStack({
    stateDir: ".pocketsoc",
    portalPort: Number(process.env.PORT ?? 3000),
    control: process.env.POCKETSOC_DEMO_CONTROL === "1",
    onDeath: (name) => {
      console.error(`The ${name} stopped by itself, so everything is stopped. Its last words stand above.`);
      void stop(1);
    },
  });
  console.log(text(stack));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

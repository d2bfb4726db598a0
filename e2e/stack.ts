/** What a journey needs of the stack that it runs against. */
export type JourneyStack = {
  portalUrl: string;
  controlUrl: string;
  stateDir: string;
  /** where this stack expects a push service, and a receiver of its outgoing webhook, on this machine */
  pushPort: number;
  outgoingPort: number;
  /** the owner's address of its database */
  databaseUrl: string;
};

/** One for each journey that runs at a time. */
export const stacks = JSON.parse(process.env.E2E_STACKS ?? "[]") as JourneyStack[];
const own = stacks[Number(process.env.TEST_PARALLEL_INDEX ?? 0)];

/** The one whose web and worker have the paper vendor too, and the address of what stands in for it. */
export const paperStack = JSON.parse(
  process.env.E2E_PAPER_STACK ?? '{"portalUrl":"http://localhost","ledgerUrl":""}',
) as { portalUrl: string; ledgerUrl: string };

/** The stack of this Playwright worker: no other one writes to it. scripts/testing/journeys.ts starts them. */
export const stack: JourneyStack = own ?? {
  portalUrl: "http://localhost",
  controlUrl: "",
  stateDir: "",
  pushPort: 0,
  outgoingPort: 0,
  databaseUrl: "",
};

/** A slip in the paper vendor's ledger; a slip is this vendor's alert. `edited` is the number of the slip's last change. */
export type Slip = {
  drawer: string;
  number: string;
  headline: string;
  text: string;
  kind: string;
  weight: string;
  state: string;
  finding: string;
  holder: string;
  host: string;
  written: string;
  page: string;
  remarks: string[];
  edited: number;
};
export type SlipChange = Partial<Slip> & { remark?: string };
type SlipPlace = { drawer: string; number: string };

export const paperKeys = {
  write: "pk_CANARY-may-write-0001",
  read: "pk_CANARY-may-only-read-0002",
};

const keyOf = ({ drawer, number }: SlipPlace) => `${drawer}|${number}`.toLowerCase();

/** The paper vendor's data: all slips, in drawers. */
export class Ledger {
  private readonly slips = new Map<string, Slip>();
  private edits = 0;
  private readonly pageSize: number;

  constructor(pageSize: number) {
    this.pageSize = pageSize;
  }

  all(): Slip[] {
    return [...this.slips.values()];
  }

  get(place: SlipPlace): Slip | undefined {
    return this.slips.get(keyOf(place));
  }

  /** Creates or changes a slip. A new slip gets default values for the fields that aren't given. */
  put(slip: Partial<Slip> & SlipPlace): Slip {
    const whole: Slip = {
      headline: "A stranger at the door",
      text: "Nobody knows who it was.",
      kind: "stranger",
      weight: "red",
      state: "open",
      finding: "",
      holder: "",
      host: "door-1",
      written: new Date().toISOString(),
      page: `https://desk.ledger.example/slips/${slip.number}`,
      remarks: [],
      ...this.get(slip),
      ...slip,
      edited: ++this.edits,
    };
    this.slips.set(keyOf(slip), whole);
    return whole;
  }

  change(slip: Slip, { remark, ...change }: SlipChange): Slip {
    return this.put({ ...slip, ...change, remarks: remark ? [...slip.remarks, remark] : slip.remarks });
  }

  remove(place: SlipPlace): void {
    this.slips.delete(keyOf(place));
  }

  /** Returns a page of a drawer's slips whose last change has a number above `after`. */
  list(drawer: string, after: number) {
    const behind = this.all()
      .filter((slip) => slip.drawer === drawer && slip.edited > after)
      .toSorted((one, other) => one.edited - other.edited);
    const page = behind.slice(0, this.pageSize);
    const looked = new Date().toISOString();
    return {
      slips: page.map((slip) => ({ ...slip, looked })),
      cursor: `at-${page.at(-1)?.edited ?? after}`,
      more: behind.length > page.length,
    };
  }
}

import { Button } from "#components/ui/button.tsx";

type Props = {
  count: number;
  shown: number;
  onAll: () => void;
  onClear: () => void;
  onAcknowledge: () => void;
  onStatus: () => void;
};

/** A bar with actions for the selected detections. The bar floats at the bottom, so no row moves when the bar appears. */
export function BulkBar({ count, shown, onAll, onClear, onAcknowledge, onStatus }: Props) {
  return (
    <section
      aria-label="Selected detections"
      className="fixed inset-x-0 bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-20 flex flex-wrap items-center gap-2 border-t border-line bg-raised p-2 text-sm shadow-lg md:right-6 md:bottom-4 md:left-[14rem] md:rounded-lg md:border md:p-2 md:pl-4"
    >
      <output className="font-medium">{`${count} selected`}</output>
      {count < shown ? (
        <button type="button" onClick={onAll} className="min-h-9 cursor-pointer px-2 underline">
          Select all {shown} shown
        </button>
      ) : null}
      <button type="button" onClick={onClear} className="min-h-9 cursor-pointer px-2 underline">
        Clear
      </button>
      <span className="flex w-full gap-2 md:ml-auto md:w-auto">
        <Button className="flex-1 whitespace-nowrap" onClick={onAcknowledge}>
          Acknowledge
        </Button>
        <Button tone="primary" className="flex-1 whitespace-nowrap" onClick={onStatus}>
          Change status
        </Button>
      </span>
    </section>
  );
}

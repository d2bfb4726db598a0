/** Placeholder rows while the list loads. They are as high as real rows, so that nothing jumps when the list arrives. */
export default function Loading() {
  return (
    <div aria-busy="true" aria-label="Loading detections" className="late -mx-4 -mt-4 md:-m-6">
      <h1 className="flex h-12 items-center border-b border-line px-4 text-lg font-semibold md:text-sm">
        Detections
      </h1>
      <div className="animate-pulse divide-y divide-line/60 border-b border-line bg-raised pt-12">
        {Array.from({ length: 12 }, (_, row) => (
          <div key={row} className="flex h-16 items-center gap-6 px-4 md:h-9">
            <div className="size-3.5 rounded bg-line" />
            <div className="h-3 flex-1 rounded bg-line" />
            <div className="h-3 w-16 rounded bg-line" />
          </div>
        ))}
      </div>
    </div>
  );
}

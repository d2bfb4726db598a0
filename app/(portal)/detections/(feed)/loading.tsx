/** Placeholder rows while the list loads. They are as high as real rows, so that nothing jumps when the list arrives. */
export default function Loading() {
  return (
    <div aria-busy="true" aria-label="Loading detections" className="late space-y-4">
      <h1 className="text-xl font-semibold">Detections</h1>
      <div className="animate-pulse divide-y divide-line rounded-lg border border-line bg-raised">
        {Array.from({ length: 8 }, (_, row) => (
          <div key={row} className="flex h-14 items-center gap-6 px-4">
            <div className="h-3 w-20 rounded bg-line" />
            <div className="h-3 flex-1 rounded bg-line" />
            <div className="h-3 w-16 rounded bg-line" />
          </div>
        ))}
      </div>
    </div>
  );
}

// A line of a word's size: where a number comes from and goes to. It says nothing that the number beside it does not.
export function Spark({ values, colour = "accent", width = 84, height = 22 }: { values: readonly (number | null)[]; colour?: string; width?: number; height?: number }) {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return <svg class="spark" width={width} height={height} aria-hidden="true" />;
  const most = Math.max(...known, 1e-9);
  const x = (at: number) => (at / (values.length - 1)) * (width - 2) + 1;
  const y = (value: number) => height - 2 - (value / most) * (height - 4);
  let path = "";
  let isDown = false;
  values.forEach((value, at) => {
    if (value === null) isDown = false;
    else {
      path += `${isDown ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      isDown = true;
    }
  });
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} width={width} height={height} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} fill="none" stroke={`var(--${colour})`} stroke-width="1.5" stroke-linejoin="round" vector-effect="non-scaling-stroke" />
    </svg>
  );
}

/** The last so many values, thinned to fit. */
export function thin(values: readonly (number | null)[], most = 60): (number | null)[] {
  const by = Math.ceil(values.length / most);
  return by <= 1 ? [...values] : values.filter((_, at) => at % by === 0);
}

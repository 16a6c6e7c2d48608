const steps = '▁▂▃▄▅▆▇█'

/** One character for each value, the higher the larger; nothing at all is a dot. */
export function drawSparkline(values: readonly number[]): string {
  const most = Math.max(1, ...values)
  return values.map((value) => (value <= 0 ? '·' : steps[Math.ceil((value / most) * steps.length) - 1])).join('')
}

/** A bar of two parts, full before shaded, on a scale on which `most` is `width` characters wide. Some is never none. */
export function drawBar(
  { full, shaded }: { full: number; shaded: number },
  { most, width }: { most: number; width: number },
): string {
  const scale = (value: number) => (value <= 0 ? 0 : Math.max(1, Math.round((value / most) * width)))
  return '█'.repeat(scale(full)) + '░'.repeat(scale(shaded))
}

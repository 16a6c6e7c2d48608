import { Text } from '@mantine/core'
import { useNow } from '../api/clock.ts'

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const short = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' })

export function Time({ at, brief = false }: { at: string | null | undefined; brief?: boolean }) {
  if (!at)
    return (
      <Text span inherit c="dimmed">
        never
      </Text>
    )
  return (
    <time dateTime={at} title={at}>
      {(brief ? short : format).format(new Date(at))}
    </time>
  )
}

/** The day of it, where people are. */
export function dayOf(at: string): string {
  return day.format(new Date(at))
}

/** How long it is from now on, or was. */
export function Countdown({ to }: { to: string }) {
  const left = Date.parse(to) - useNow()
  return <>{left <= 0 ? 'now' : `in ${span(left)}`}</>
}

function span(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const from = parts.findIndex(([count]) => count > 0)
  return from < 0
    ? '0 s'
    : parts
        .slice(from, from + 2)
        .map(([count, unit]) => `${count} ${unit}`)
        .join(' ')
}

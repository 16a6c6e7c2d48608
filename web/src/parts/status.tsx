import { Badge } from '@mantine/core'

const colors: Record<string, string> = {
  ACTIVE: 'teal',
  DELIVERED: 'teal',
  COMPLETED: 'teal',
  OK: 'teal',
  CAPTURED: 'teal',
  SUCCEEDED: 'teal',
  INACTIVE: 'yellow',
  PENDING: 'yellow',
  warning: 'yellow',
  DISABLED: 'orange',
  FAILED: 'red',
  DEAD: 'red',
  PROBLEM: 'red',
  error: 'red',
  NOT_CAPTURED: 'red',
  REFUSED: 'red',
}

/** A word for a state. Its colour only repeats what the word says. */
export function Status({ of }: { of: string }) {
  return (
    <Badge
      color={colors[of] ?? 'gray'}
      variant="outline"
      styles={{ label: { color: 'var(--mantine-color-text)' }, root: { flexShrink: 0, minWidth: 'max-content' } }}
    >
      {of}
    </Badge>
  )
}

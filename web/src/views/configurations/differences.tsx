import { Badge, Group, Stack, Text } from '@mantine/core'
import type { Difference } from './difference.ts'

const colors = { DELETED: 'red', CHANGED: 'yellow', ADDED: 'teal' } as const

/** What saving would do, deletions first. */
export function Differences({ differences }: { differences: readonly Difference[] }) {
  if (differences.length === 0) return <Text size="sm">Nothing would change.</Text>
  return (
    <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {differences.map(({ kind, what, before, after }) => (
        <Group component="li" key={`${kind} ${what} ${before} ${after}`} gap="xs" align="flex-start" wrap="nowrap">
          <Badge
            color={colors[kind]}
            variant="outline"
            styles={{ label: { color: 'var(--mantine-color-text)' }, root: { flexShrink: 0 } }}
          >
            {kind}
          </Badge>
          <Text size="sm" className="wrap-anywhere">
            {what}: {before !== undefined && (after === undefined ? <del>{before}</del> : before)}
            {before !== undefined && after !== undefined && ' → '}
            {after}
          </Text>
        </Group>
      ))}
    </Stack>
  )
}

import { Group, Paper, Stack, Text } from '@mantine/core'
import { Status } from './status.tsx'

interface Checked {
  check: string
  outcome: string
  message: string
  remedy: string | null
}

/** The troubleshooting guide, answered; what is wrong comes first. */
export function CheckList({ checks }: { checks: readonly Checked[] }) {
  const order = ['PROBLEM', 'OK', 'NOT_APPLICABLE']
  const sorted = checks.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))
  return (
    <Stack gap="xs">
      {sorted.map(({ check, outcome, message, remedy }) => (
        <Paper withBorder p="sm" key={check}>
          <Group gap="xs">
            <Status of={outcome} />
            <Text fw={600}>{check.toLowerCase().replaceAll('_', ' ')}</Text>
          </Group>
          <Text size="sm" mt={4} className="wrap-anywhere">
            {message}
          </Text>
          {remedy && (
            <Text size="sm" mt={4} className="wrap-anywhere">
              What to do: {remedy}
            </Text>
          )}
        </Paper>
      ))}
    </Stack>
  )
}

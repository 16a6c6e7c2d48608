import { Box, Group, Paper, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A part of a view, under a heading of its own. */
export function Section(props: { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={props.title}>
      <Group justify="space-between" align="flex-start" gap="xs" mb="sm">
        <Box maw={760} style={{ minWidth: 0 }}>
          <Title order={2} size="h4">
            {props.title}
          </Title>
          {props.lead !== undefined && (
            <Text size="sm" c="dimmed" component="div">
              {props.lead}
            </Text>
          )}
        </Box>
        {props.actions !== undefined && <Group gap="xs">{props.actions}</Group>}
      </Group>
      {props.children}
    </Paper>
  )
}

import { Box, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** The frame of every view: one heading, what the view is for, and what can be done on it. */
export function Page(props: { title: ReactNode; lead?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <Stack p={{ base: 'sm', sm: 'lg' }} gap="md" maw={1400} mx="auto">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box maw={760} style={{ minWidth: 0 }}>
          <Title order={1} size="h2" className="wrap-anywhere">
            {props.title}
          </Title>
          {props.lead !== undefined && (
            <Text c="dimmed" component="div" mt={4} className="wrap-anywhere">
              {props.lead}
            </Text>
          )}
        </Box>
        {props.actions !== undefined && <Group gap="xs">{props.actions}</Group>}
      </Group>
      {props.children}
    </Stack>
  )
}

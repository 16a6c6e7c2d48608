import { Group, Paper, Text, TextInput, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { ended } from '../../api/operations.ts'
import type { Configuration } from '../../api/types.ts'
import { Act } from '../../parts/act.tsx'

/** Where events of its conversations go; a change counts for open ones too. */
export function Callback({ configuration }: { configuration: Configuration }) {
  const client = useQueryClient()
  const [first, ...others] = configuration.statusCallbacks
  const [url, setUrl] = useState(first?.url ?? '')
  const save = async () => {
    const own = url === '' ? [] : [{ url, method: first?.method ?? ('POST' as const) }]
    const params = { params: { path: { id: configuration.id } } }
    await ended(
      await ask(
        api.PATCH('/v2/ControlPlane/Configurations/{id}', {
          ...params,
          body: { statusCallbacks: [...own, ...others] },
        }),
      ),
    )
    await client.invalidateQueries()
  }
  return (
    <Paper withBorder p="md" component="section" aria-label="Webhook">
      <Title order={2} size="h4" mb="xs">
        Webhook
      </Title>
      <Group align="flex-end">
        <TextInput
          label="Callback URL"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value.trim())}
          flex={1}
          miw={220}
        />
        <Act run={save}>Save changes</Act>
      </Group>
      {others.length > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          {others.length} more: {others.map((one) => one.url).join(', ')}
        </Text>
      )}
    </Paper>
  )
}

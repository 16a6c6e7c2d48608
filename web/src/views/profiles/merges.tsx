import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import { Act } from '../../parts/act.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'

/** The ledger of the profile's merges; each can be undone. */
export function Merges({ storeId, profileId }: { storeId: string; profileId: string }) {
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: ['profile', profileId, 'merges'],
    queryFn: () =>
      ask(api.GET('/skein/v1/Stores/{storeId}/Merges', { params: { path: { storeId }, query: { profileId } } })),
  })
  const undo = async (mergeId: string) => {
    await ask(
      api.POST('/skein/v1/Stores/{storeId}/Merges/{mergeId}/Undo', {
        params: { path: { storeId, mergeId } },
        body: {},
      }),
    )
    await client.invalidateQueries()
  }
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        Merges
      </Title>
      <Stack gap="sm">
        {data?.merges.length === 0 && (
          <Text size="sm" c="dimmed">
            It was never merged.
          </Text>
        )}
        {data?.merges.map(({ id, status, retiredProfileId, cause, mergedAt }) => (
          <Group key={id} justify="space-between">
            <Text size="sm" className="wrap-anywhere" component="div">
              <Status of={status} /> took in {retiredProfileId} by {cause.toLowerCase()}, <Time at={mergedAt} />
            </Text>
            {status === 'MERGED' && (
              <Act run={() => undo(id)} confirm="Traits, memories and conversations go back to whose they were.">
                Unmerge
              </Act>
            )}
          </Group>
        ))}
      </Stack>
    </Paper>
  )
}

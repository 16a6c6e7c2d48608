import { Button, Group, Paper, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { ended } from '../../api/operations.ts'
import { Act } from '../../parts/act.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { TroublePage } from '../../parts/trouble.tsx'
import { Callback } from './callback.tsx'
import { groupings } from './groupings.ts'
import { Rules } from './rules.tsx'
import { Tester } from './tester.tsx'
import { LifecycleTimeouts } from './timeouts.tsx'
import { Versions } from './versions.tsx'

export default function ConfigurationView() {
  const { id = '' } = useParams()
  const params = { params: { path: { id } } }
  const client = useQueryClient()
  const navigate = useNavigate()
  const found = useQuery({
    queryKey: ['configurations', id],
    queryFn: () => ask(api.GET('/v2/ControlPlane/Configurations/{id}', params)),
  })
  if (found.isPending) return <Loading />
  if (found.isError)
    return <TroublePage title="Conversation configuration" error={found.error} onRetry={() => void found.refetch()} />
  const configuration = found.data
  const remove = async () => {
    await ended(await ask(api.DELETE('/v2/ControlPlane/Configurations/{id}', params)))
    await client.invalidateQueries({ queryKey: ['configurations'] })
    navigate('/configurations')
  }
  return (
    <Page
      title={configuration.displayName}
      lead={`${configuration.description} · version ${configuration.version}`}
      actions={
        <Act
          color="red"
          run={remove}
          confirm="Nothing is captured by it any more; open conversations live on as they began."
        >
          Delete
        </Act>
      }
    >
      <Paper withBorder p="md">
        <Title order={2} size="h4" mb="xs">
          Details
        </Title>
        <Group gap="sm">
          <Text size="sm">{groupings[configuration.conversationGroupingType].title}</Text>
          <Button component={Link} to={`/configurations/${id}/grouping`} size="compact-sm" variant="default">
            Change the grouping
          </Button>
        </Group>
        <Text size="sm" c="dimmed" className="wrap-anywhere">
          Memory store {configuration.memoryStoreId}
        </Text>
      </Paper>
      <LifecycleTimeouts configuration={configuration} />
      <Callback configuration={configuration} />
      <Rules configuration={configuration} />
      <Tester />
      <Versions configuration={configuration} />
    </Page>
  )
}

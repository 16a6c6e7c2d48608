import { Code, Group, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Act } from '../../parts/act.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'
import { TroublePage } from '../../parts/trouble.tsx'
import type { Operator } from './operators.ts'
import { Results } from './results.tsx'
import { TryOut } from './try-out.tsx'

export default function OperatorView() {
  const { id = '' } = useParams()
  const params = { params: { path: { id } } }
  const client = useQueryClient()
  const navigate = useNavigate()
  const found = useQuery({ queryKey: ['operators', id], queryFn: () => fetchOperator(id) })
  if (found.isPending) return <Loading />
  if (found.isError) return <TroublePage title="Operator" error={found.error} onRetry={() => void found.refetch()} />
  const { operator, versions } = found.data
  const remove = async () => {
    await ask(api.DELETE('/v3/ControlPlane/Operators/{id}', params))
    navigate('/operators')
    await client.invalidateQueries({ queryKey: ['operators'] })
  }
  return (
    <Page
      title={operator.displayName}
      lead={`${operator.description ? `${operator.description} · ` : ''}${operator.author === 'SELF' ? 'Of this account' : 'Built in'}, answers ${operator.outputFormat.toLowerCase()} · ${id}`}
      actions={
        operator.author === 'SELF' && (
          <Act color="red" run={remove} confirm="Rules that name it leave it out from now on.">
            Delete
          </Act>
        )
      }
    >
      <Asked operator={operator} />
      <TryOut key={id} operator={operator} />
      <Section title="Versions">
        <Stack gap={4}>
          {versions.map(({ version, status, dateCreated }) => (
            <Group key={version} gap="xs">
              <Text size="sm">Version {version}</Text>
              <Status of={status} />
              <Text size="sm" c="dimmed">
                <Time at={dateCreated} />
              </Text>
            </Group>
          ))}
        </Stack>
      </Section>
      <Section title="What it found">
        <Results operatorId={id} />
      </Section>
    </Page>
  )
}

async function fetchOperator(id: string) {
  const params = { params: { path: { id } } }
  const [operator, { items }] = await Promise.all([
    ask(api.GET('/v3/ControlPlane/Operators/{id}', params)),
    ask(api.GET('/v3/ControlPlane/Operators/{id}/Versions', params)),
  ])
  return { operator, versions: items }
}

/** What an own operator asks, and the examples that it was given. */
function Asked({ operator: { prompt, trainingExamples, parameters } }: { operator: Operator }) {
  if (prompt === undefined && Object.keys(parameters).length === 0) return null
  return (
    <Section title="What it is asked">
      {prompt !== undefined && (
        <Text size="sm" style={{ whiteSpace: 'pre-line' }} className="wrap-anywhere">
          {prompt}
        </Text>
      )}
      {Object.keys(parameters).length > 0 && (
        <Code block tabIndex={0}>
          {JSON.stringify(parameters, null, 2)}
        </Code>
      )}
      {trainingExamples?.map(({ input, output }) => (
        <Text size="sm" key={input} className="wrap-anywhere">
          “{input}” → {output}
        </Text>
      ))}
    </Section>
  )
}
